"""`albertplus codegen`: writes the functions' TypeScript types."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from cli.codegen.files import generated
from cli.errors import CommandError
from gateway.functions.table import FUNCTIONS

DEFAULT_FOLDER = Path("sdk/typescript/convex/_generated")
EXAMPLES = """
Examples:

  albertplus codegen

  albertplus codegen --out ../web/convex/_generated
"""


def codegen(
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="The folder for the files; made if it is missing.")
    ] = DEFAULT_FOLDER,
) -> None:
    """Write `api.d.ts`, `api.js` and `dataModel.d.ts` for the official Convex clients.

    They hold every function that a client may call, with the types of its arguments and its result, and the
    documents of every table. The same functions always give the same files; a file that is right already is
    left alone.
    """
    written = [name for name, text in generated(FUNCTIONS).items() if _write(out / name, text)]
    said = f"{out}: wrote {', '.join(written)}" if written else f"{out}: already up to date"
    Console(stderr=True).print(said, highlight=False, soft_wrap=True)


def _write(file: Path, text: str) -> bool:
    """Writes the file; False if it has this text already."""
    try:
        if file.exists() and file.read_text() == text:
            return False
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    except OSError as error:
        raise CommandError(
            f"cannot write {file}: {error.strerror}", hint="choose a folder with --out"
        ) from error
    return True
