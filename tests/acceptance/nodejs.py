"""Node.js with the npm packages of a folder below `node/`, and the suite that runs in it."""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
SUITE = REPOSITORY.parent / "shared" / "convex-acceptance"
VERSIONS = ("newest", "pinned")
_FOLDERS = Path(__file__).parent / "node"

needs_node = pytest.mark.skipif(
    shutil.which("node") is None or shutil.which("npm") is None, reason="Node.js with npm is not installed"
)
needs_suite = pytest.mark.skipif(
    not SUITE.is_dir(), reason="../shared/convex-acceptance is not beside the repository"
)


def modules(version: str) -> Path:
    """The folder node_modules with what the lock file of `version` says, installed when it is not."""
    folder = _FOLDERS / version
    wanted = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp = folder / "node_modules" / ".installed"
        if not stamp.exists() or stamp.read_text() != wanted:
            _install(folder)
            stamp.write_text(wanted)
    return folder / "node_modules"


def workspace(target: Path, version: str, *sources: Path) -> Path:
    """A copy of `sources` (folders, or files) in `target`, with the packages of `version` beside them."""
    target.mkdir(parents=True)
    for source in sources:
        if source.is_dir():
            ignored = shutil.ignore_patterns("node_modules", ".keys")
            shutil.copytree(source, target, dirs_exist_ok=True, ignore=ignored, copy_function=shutil.copyfile)
        else:
            shutil.copyfile(source, target / source.name)
    for folder in (target, *(each for each in target.rglob("*") if each.is_dir())):
        folder.chmod(0o700)
    (target / "node_modules").symlink_to(modules(version))
    return target


async def run(folder: Path, *arguments: str, seconds: float = 300) -> tuple[int, str]:
    """Run `node` with these arguments in `folder`; its exit code and all it said."""
    process = await asyncio.create_subprocess_exec(
        "node",
        *arguments,
        cwd=folder,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={name: value for name, value in os.environ.items() if "proxy" not in name.lower()},
    )
    try:
        async with asyncio.timeout(seconds):
            output, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode is not None
    return process.returncode, output.decode(errors="replace")


def _install(folder: Path) -> None:
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode != 0:
        raise RuntimeError(f"npm ci in {folder} failed:\n{done.stdout}{done.stderr}")
