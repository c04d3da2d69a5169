"""Small files with care: secrets nobody else can read, and writes that are whole or absent."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def private_folder(path: Path) -> Path:
    """Create the folder (and its parents) if needed, readable by its owner only."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def write_private(path: Path, content: str | bytes) -> Path:
    """Write the file atomically with mode 0600."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    data = content.encode() if isinstance(content, str) else content
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
    temporary.replace(path)
    return path


def secret(path: Path) -> str:
    """Return the secret kept in the file; the first call makes a random one."""
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        private_folder(path.parent)
        return write_private(path, secrets.token_urlsafe(24)).read_text()
