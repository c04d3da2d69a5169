"""`albertplus call`: one RPC from the command line."""

from __future__ import annotations

from typing import Annotated

import grpc
import typer

from cli import caller, methods, refusals, target
from cli.errors import CommandError
from cli.screen import print_json
from gateway.methods import public_methods, short_name
from runtime.methods import Method

EXAMPLES = """
Examples:

  albertplus call --list

  albertplus call CourseService/GetCourse '{"code": "COMP-UG 101"}' --user alice

  albertplus call SchoolService/BatchUpsertSchools @schools.json --user ada --admin
"""


def call(
    method: Annotated[str, typer.Argument(metavar="SERVICE/METHOD", help="Full or short name.")] = "",
    request: Annotated[
        str, typer.Argument(metavar="JSON", help="The request; @FILE reads a file, - standard input.")
    ] = "{}",
    gateway: target.Gateway = "",
    token: caller.Token = "",
    user: caller.User = "",
    admin: caller.Admin = False,
    key: Annotated[str, typer.Option("--idempotency-key", help="Repeat with the same key: done once.")] = "",
    timeout: Annotated[float, typer.Option(help="Seconds to wait for the answer.")] = 30.0,
    list_methods: Annotated[bool, typer.Option("--list", help="List all methods and stop.")] = False,
) -> None:
    """Call one method and print its response as JSON.

    A refusal is printed with its code, its reason and the fields that were wrong; the exit code is then 1.
    """
    if list_methods:
        return _list()
    if not method:
        raise CommandError("which method?", hint="`albertplus call --list` shows all methods")
    wanted = methods.method_named(method)
    message = methods.request_for(wanted, request)
    address = target.gateway_address(gateway)
    metadata = (*caller.signed_in(token, user, admin)(), *((("idempotency-key", key),) if key else ()))
    response = _send(address, wanted, message.SerializeToString(), metadata, timeout)
    print_json(methods.as_json(wanted.response.FromString(response)))
    return None


def _send(
    address: str, method: Method, request: bytes, metadata: tuple[tuple[str, str], ...], timeout: float
) -> bytes:
    with grpc.insecure_channel(address) as channel:
        send: grpc.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(f"/{method.name}")
        try:
            response: bytes = send(request, metadata=metadata, timeout=timeout)
        except grpc.RpcError as error:
            raise refusals.refused(refusals.status_of_error(error)) from error
    return response


def _list() -> None:
    for method in sorted(public_methods(), key=short_name):
        typer.echo(f"{'query   ' if method.is_query else 'mutation'}  {short_name(method)}")
