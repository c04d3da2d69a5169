"""Node.js: the npm packages of a folder, and programs that run with them."""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

needs_node = pytest.mark.skipif(
    shutil.which("node") is None or shutil.which("npm") is None, reason="Node.js with npm is not installed"
)


def installed(folder: Path) -> Path:
    """The folder's node_modules with what its lock file says, installed when it is not."""
    wanted = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    modules = folder / "node_modules"
    modules.mkdir(exist_ok=True)
    opened = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        stamp = modules / ".installed"
        if not stamp.exists() or stamp.read_text() != wanted:
            _install(folder)
            stamp.write_text(wanted)
    finally:
        os.close(opened)
    return modules


async def run(
    folder: Path, *arguments: str, seconds: float = 300, environment: dict[str, str] | None = None
) -> tuple[int, str]:
    """Run `node` with these arguments and variables in `folder`; its exit code and all it said."""
    process = await asyncio.create_subprocess_exec(
        "node",
        *arguments,
        cwd=folder,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=_without_proxies() | (environment or {}),
    )
    try:
        async with asyncio.timeout(seconds):
            output, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode is not None
    return process.returncode, output.decode(errors="replace")


def _without_proxies() -> dict[str, str]:
    """Our variables; what runs here only talks to this machine."""
    return {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}


def _install(folder: Path) -> None:
    """`npm ci` without packages' scripts, so that no package fetches anything by itself."""
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode != 0:
        raise RuntimeError(f"npm ci in {folder} failed:\n{done.stdout}{done.stderr}")
