"""`albertplus`: one command for everything; each subcommand is a module that is loaded when it is used."""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import typer

from cli.errors import CommandError

_HELP = "The backend of AlbertPlus: run it, fill it, look into it."
_EXAMPLES = """
Examples:

  albertplus dev                              run everything on this machine

  albertplus import ./data                    load courses and sections

  albertplus call CourseService/GetCourse '{"code": "COMP-UG 101"}' --user alice

  albertplus watch ScheduleService/GetSchedule --user alice

  albertplus COMMAND --help                   more of them
"""


@dataclass(frozen=True)
class _Lazy:
    """Where a subcommand's function is, and its line in `albertplus --help`.

    The module's `EXAMPLES`, if it has any, are shown below the subcommand's own help.
    """

    module: str
    function: str
    summary: str


COMMANDS = {
    "dev": _Lazy("cli.dev.command", "dev", "Run the whole system on this machine; nothing else is needed."),
    "call": _Lazy("cli.call", "call", "Call one method with a JSON request and print the answer."),
    "watch": _Lazy("cli.watch", "watch", "Follow a query live: each new answer, or what changed in it."),
    "import": _Lazy("cli.importing.command", "command", "Load courses, offerings and the like from files."),
    "seed": _Lazy("cli.seed", "seed", "Load the small demo catalog."),
    "token": _Lazy("cli.token", "token", "Print a token of a local user, to sign in with."),
    "webhook": _Lazy("cli.webhook", "webhook", "Tell the local system what Clerk would tell of a user."),
    "codegen": _Lazy("cli.codegen.command", "codegen", "Write TypeScript types of all functions."),
    "api-keys": _Lazy("cli.api_keys", "api_keys", "Make, list, exchange and revoke API keys."),
    "audit": _Lazy("cli.audit", "audit", "List or verify what administrators and API keys changed."),
    "keys": _Lazy("cli.keys", "keys", "List or exchange the keys by which processes know each other."),
    "run": _Lazy("cli.run", "run", "Run one process: catalog, planner, identity or gateway."),
    "migrate": _Lazy("cli.migrate", "migrate", "Bring the services' databases to the newest schema."),
}


def app_for(arguments: Sequence[str]) -> typer.Typer:
    """The command line with the subcommand that `arguments` name; the others are only listed, not loaded."""
    app = typer.Typer(
        help=_HELP,
        epilog=_EXAMPLES,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_options)
    chosen = next((word for word in arguments if not word.startswith("-")), None)
    for name, lazy in COMMANDS.items():
        if name == chosen:
            module = importlib.import_module(lazy.module)
            app.command(name, epilog=getattr(module, "EXAMPLES", None))(getattr(module, lazy.function))
        else:
            app.command(name, help=lazy.summary)(_not_loaded)
    return app


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 if all went well, 2 for wrong usage, else the error's own code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        app_for(words)(words, prog_name="albertplus")
    except CommandError as error:
        _fail(error)
    except Exception as error:
        if words[:1] == ["run"]:  # a process's log is the only place where anyone could look
            os.environ["ALBERTPLUS_DEBUG"] = "1"
        message = f"unexpected {type(error).__name__}: {error}"
        _fail(CommandError(message, hint="`albertplus --debug …` shows where"))


def _options(
    debug: Annotated[
        bool, typer.Option("--debug", envvar="ALBERTPLUS_DEBUG", help="Show tracebacks of errors.")
    ] = False,
) -> None:
    if debug:
        os.environ["ALBERTPLUS_DEBUG"] = "1"


def _not_loaded() -> None:
    raise AssertionError("only the chosen subcommand is ever called")


def _fail(error: CommandError) -> None:
    """Print the error to standard error and exit with its code."""
    if os.environ.get("ALBERTPLUS_DEBUG"):
        traceback.print_exc()
    bold, red, dim, plain = ("\x1b[1m", "\x1b[31m", "\x1b[2m", "\x1b[0m") if sys.stderr.isatty() else [""] * 4
    print(f"{bold}{red}error:{plain} {error.message}", file=sys.stderr)
    for line in error.details.splitlines():
        print(f"  {dim}{line}{plain}", file=sys.stderr)
    if error.hint:
        print(f"  {bold}→{plain} {error.hint}", file=sys.stderr)
    sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
