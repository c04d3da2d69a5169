"""The folder of the TypeScript package, and what its tools need."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "sdk" / "typescript"
GENERATED = PACKAGE / "convex" / "_generated"


def _has_node() -> bool:
    """Whether Node.js is as new as the packages want it (see `engines` in package.json)."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.(\d+)", said)
    return found is not None and (int(found[1]), int(found[2])) >= (20, 19)


needs_node = pytest.mark.skipif(not _has_node(), reason="Node.js 20.19 or newer with npm is not installed")
