"""`albertplus import`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import orjson
import typer
from rich.console import Console

from cli import caller, target
from cli.errors import CommandError
from cli.importing.catalog import connect
from cli.importing.problems import FileProblem, ImportStopped
from cli.importing.progress import shown_on
from cli.importing.report import show
from cli.importing.run import Options, run
from cli.importing.scan import FileProblems, Scan, scan
from cli.importing.summary import Record, Summary
from cli.screen import print_json

CANNOT_RUN = 2
INTERRUPTED = 130
_AGAIN = "importing again is safe: what is stored already counts as unchanged"
LOCAL_USER = "import"


def command(
    paths: Annotated[
        list[Path], typer.Argument(metavar="DIR|FILE...", help="JSON or JSON lines, .gz or not.")
    ],
    gateway: target.Gateway = "",
    token: caller.Token = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen; write nothing.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Write nothing if any row is refused.")] = False,
    complete: Annotated[
        bool, typer.Option("--complete", help="Remove sections of these terms that the files don't name.")
    ] = False,
    allow_drop: Annotated[
        bool, typer.Option("--allow-drop", help="With --complete: even more than a fifth of a term.")
    ] = False,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE", help="List every refused or merged row there (JSON lines).")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Load courses, offerings, programs, schools and app configuration.

    Rows replace what is stored under the same key; importing the same files again changes nothing.
    Exit code 0: everything went in; 1: some rows were refused (the others went in); 2: nothing was done,
    or the run broke off.

    Examples:

      albertplus import ./data

      albertplus import --dry-run courses.jsonl.gz

      albertplus import --complete offerings-fall-2026.jsonl.gz

      albertplus import ./data --report odd-rows.jsonl
    """
    if allow_drop and not complete:
        raise CommandError("--allow-drop needs --complete", exit_code=CANNOT_RUN)
    options = Options(dry_run=dry_run, strict=strict, complete=complete, allow_drop=allow_drop)
    with clear_errors(), _report_to(report) as record:
        found = scan(paths)
        where = Gateway(gateway, token)
        finish(asyncio.run(where.load(found, options, record, Console(stderr=as_json))), as_json)


class Gateway:
    """Where rows go: a gateway, called with the token given or as a local administrator."""

    def __init__(self, gateway: str, token: str) -> None:
        self._address = target.gateway_address(gateway)
        self._metadata: Callable[[], caller.Metadata] = caller.signed_in(
            token, "" if token else LOCAL_USER, admin=not token
        )

    async def load(self, found: Scan, options: Options, record: Record | None, console: Console) -> Summary:
        """Imports what was scanned, showing how far it is on `console`."""
        async with connect(self._address, self._metadata) as catalog:
            with shown_on(console) as progress:
                return await run(found, catalog, options, progress, record)


def finish(summary: Summary, as_json: bool) -> None:
    """Prints the summary and ends with the exit code it deserves."""
    if as_json:
        print_json(summary.as_json())
    else:
        show(summary, Console())
    if summary.refused:
        raise typer.Exit(1)


@contextmanager
def clear_errors() -> Iterator[None]:
    """Problems of an import as errors of the command line."""
    try:
        yield
    except CommandError as error:
        error.exit_code = CANNOT_RUN
        raise
    except FileProblems as found:
        first, *rest = map(str, found.problems)
        raise CommandError(
            first, details="\n".join(rest), hint="nothing was written", exit_code=CANNOT_RUN
        ) from found
    except FileProblem as problem:
        hint = "rows before this one may be stored; importing again is safe"
        raise CommandError(str(problem), hint=hint, exit_code=CANNOT_RUN) from problem
    except ImportStopped as stop:
        raise CommandError(str(stop), hint=stop.hint or _AGAIN, exit_code=CANNOT_RUN) from stop
    except KeyboardInterrupt as stop:
        raise CommandError("stopped", hint=_AGAIN, exit_code=INTERRUPTED) from stop


@contextmanager
def _report_to(path: Path | None) -> Iterator[Record | None]:
    if path is None:
        yield None
        return
    try:
        file = path.open("wb")
    except OSError as error:
        raise CommandError(f"{path}: can't be written: {error.strerror}", exit_code=CANNOT_RUN) from error
    with file:
        yield lambda line: _write(file, line)


def _write(file: BinaryIO, line: dict[str, Any]) -> None:
    file.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
