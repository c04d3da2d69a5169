"""The acceptance suite's folder with the npm packages of one of the folders below `node/`."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.nodejs import installed, needs_node, run

__all__ = ["SUITE", "VERSIONS", "modules", "needs_node", "needs_suite", "run", "workspace"]

REPOSITORY = Path(__file__).resolve().parents[2]
SUITE = REPOSITORY.parent / "shared" / "convex-acceptance"
VERSIONS = ("newest", "pinned")
_FOLDERS = Path(__file__).parent / "node"

needs_suite = pytest.mark.skipif(
    not SUITE.is_dir(), reason="../shared/convex-acceptance is not beside the repository"
)


def modules(version: str) -> Path:
    """The folder node_modules with what the lock file of `version` says, installed when it is not."""
    return installed(_FOLDERS / version)


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
