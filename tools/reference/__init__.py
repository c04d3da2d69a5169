"""Reference pages generated from the code: `python -m tools.reference` writes docs/reference/.

Nothing in them is written by hand twice: sentences come from the protos, from docstrings and from the help
of options. A test proves that the committed pages are what the code says.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tools.reference import errors, functions, rpcs, settings

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "reference"
PAGES: dict[str, Callable[[], str]] = {
    "errors.md": errors.page,
    "functions.md": functions.page,
    "rpcs.md": rpcs.page,
    "settings.md": settings.page,
}


def write(folder: Path) -> None:
    """Writes every page into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (folder / name).write_text(page())
