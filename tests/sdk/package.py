"""The folder of the TypeScript package."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "sdk" / "typescript"
GENERATED = PACKAGE / "convex" / "_generated"
