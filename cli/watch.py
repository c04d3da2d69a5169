"""`albertplus watch`: one live query on the command line."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import Annotated

import grpc
import typer
from rich.console import Console

from cli import caller, methods, refusals, target
from cli.differences import differences
from cli.errors import CommandError
from cli.following import Following, Result
from cli.screen import clock, print_difference, print_json
from gateway.methods import short_name
from runtime.methods import Method

EXAMPLES = """
Examples:

  albertplus watch ScheduleService/GetSchedule --user alice

  albertplus watch CourseService/GetCourse '{"code": "COMP-UG 101"}' --user alice --count 1
"""

Diff = Annotated[
    bool | None,
    typer.Option("--diff/--json", help="What changed, to read; or each result as a line of JSON."),
]
# Refusals that no change of data takes away; any other first result may become a better one.
HOPELESS = frozenset(
    code.value[0]
    for code in (
        grpc.StatusCode.UNAUTHENTICATED,
        grpc.StatusCode.PERMISSION_DENIED,
        grpc.StatusCode.INVALID_ARGUMENT,
        grpc.StatusCode.UNIMPLEMENTED,
    )
)
Count = Annotated[int, typer.Option("--count", min=0, help="Stop after this many results; 0: never.")]


def watch(
    method: Annotated[str, typer.Argument(metavar="SERVICE/METHOD", help="Full or short name of a query.")],
    request: Annotated[
        str, typer.Argument(metavar="JSON", help="The request; @FILE reads a file, - standard input.")
    ] = "{}",
    gateway: target.Gateway = "",
    token: caller.Token = "",
    user: caller.User = "",
    admin: caller.Admin = False,
    count: Count = 0,
    diff: Diff = None,
) -> None:
    """Follow a query: print its result now, and each new one as soon as the data changes.

    On a terminal it shows what changed; in a pipe each result is one line of JSON. A lost connection is
    made again by itself, and a result that did not change meanwhile is not printed twice. The exit code is
    1 when the question is refused for good, or the last of --count results is a refusal.
    """
    wanted = _query(method)
    message = methods.request_for(wanted, request)
    address = target.gateway_address(gateway)
    signed_in = caller.signed_in(token, user, admin)
    following = Following(address, wanted, message.SerializeToString(), signed_in, _lost, _back)
    printer = _Differences(wanted) if _readable(diff) else _Lines(wanted)
    try:
        asyncio.run(_print_results(following, printer, count))
    except grpc.aio.AioRpcError as error:
        raise refusals.refused(refusals.status_of_error(error)) from error
    except KeyboardInterrupt:
        return
    except BrokenPipeError:  # whoever read the results has enough
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115  Python flushes it once more at exit


def _query(name: str) -> Method:
    found = methods.method_named(name)
    if not found.is_query:
        raise CommandError(f"{short_name(found)} changes something", hint="use `albertplus call` for it")
    return found


def _readable(diff: bool | None) -> bool:
    return sys.stdout.isatty() if diff is None else diff


async def _print_results(following: Following, printer: _Lines | _Differences, count: int) -> None:
    printed = 0
    async for result in following.results():
        if printed == 0 and result.error is not None and result.error.code in HOPELESS:
            raise refusals.refused(result.error)
        printer.show(result)
        printed += 1
        if printed == count:
            raise typer.Exit(code=0 if result.error is None else 1)


class _Lines:
    """Each result as a line of JSON; a refusal as ``{"error": ...}``."""

    def __init__(self, method: Method) -> None:
        self._method = method

    def show(self, result: Result) -> None:
        print_json(_value(self._method, result), compact=True)


class _Differences:
    """The first result whole, then what changed."""

    def __init__(self, method: Method) -> None:
        self._method = method
        self._console = Console(highlight=False)
        self._last: object = None

    def show(self, result: Result) -> None:
        value = _value(self._method, result)
        if self._last is None:
            print_json(value)
        else:
            self._console.print(f"[dim]{clock()}[/dim]")
            for difference in differences(self._last, value):
                print_difference(self._console, difference)
        self._last = value


def _value(method: Method, result: Result) -> dict[str, object]:
    if result.error is not None:
        return {"error": refusals.as_json(result.error)}
    return methods.as_json(method.response.FromString(result.response or b""))


def _lost(why: str) -> None:
    typer.echo(f"{clock()} connection lost ({why}); reconnecting …", err=True)


def _back() -> None:
    typer.echo(f"{clock()} connected again", err=True)
