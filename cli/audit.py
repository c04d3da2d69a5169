"""`albertplus audit`: what administrators and API keys have changed, and whether the log is whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from typing import Annotated, Any

import typer
from albertplus.live.v1.audit_pb2 import AuditEntry
from google.protobuf.json_format import MessageToDict

from cli import caller, rpc, target
from cli.chain import Chain
from cli.errors import CommandError
from cli.screen import print_json

EXAMPLES = """
Examples:

  albertplus audit list --subject ada

  albertplus audit list --service catalog --outcome PERMISSION_DENIED --json

  albertplus audit verify

  albertplus audit verify --service catalog --expect 812:9f3c…     the head that was written down earlier
"""
SERVICES = ("catalog", "planner", "identity")
_PAGE = 500
_EXPECTED = re.compile(r"[1-9][0-9]*:[0-9a-f]{64}")


def audit(
    action: Annotated[str, typer.Argument(metavar="list|verify", help="What to do.")],
    service: Annotated[str, typer.Option("--service", help="Of one service; by default of all.")] = "",
    subject: Annotated[str, typer.Option("--subject", help="Only what this user, key or process did.")] = "",
    method: Annotated[str, typer.Option("--method", help="Only this RPC, by its full name.")] = "",
    outcome: Annotated[str, typer.Option("--outcome", help="Only what came to this: OK, or a reason.")] = "",
    limit: Annotated[int, typer.Option("--limit", help="The most entries of a service to list.")] = 50,
    expect: Annotated[
        str, typer.Option("--expect", metavar="SEQ:HASH", help="To verify: this entry had this hash.")
    ] = "",
    gateway: target.Gateway = "",
    token: caller.Token = "",
    user: caller.User = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the audit log, or verify it: every hash is computed again from what the log says.

    By default a local administrator of `albertplus dev` asks.
    """
    if service and service not in SERVICES:
        raise CommandError(f"there is no service {service!r}", hint=f"choose one of {', '.join(SERVICES)}")
    _check_expected(expect, service)
    user = user or ("" if token else "admin")
    metadata = caller.signed_in(token, user, not token)()
    address = target.gateway_address(gateway)
    asked = {"subject": subject, "method": method, "outcome": outcome}
    chosen = (service,) if service else SERVICES
    if action == "list":
        return _list(address, metadata, chosen, asked, limit, as_json)
    if action == "verify":
        return _verify(address, metadata, chosen, expect, as_json)
    raise CommandError(f"{action!r} is nothing to do with the audit log", hint="list or verify")


def _check_expected(expect: str, service: str) -> None:
    """A slip of the keyboard must not read like a log that was changed."""
    if expect and not _EXPECTED.fullmatch(expect):
        raise CommandError(
            f"{expect!r} is not SEQ:HASH", hint="`albertplus audit verify` prints it as the head"
        )
    if expect and not service:
        hint = "each service has a log of its own, and numbers it for itself"
        raise CommandError("--expect needs --service", hint=hint)


def entries(address: str, metadata: caller.Metadata, service: str, **asked: Any) -> Iterator[AuditEntry]:
    """The entries of a service's log, the newest first."""
    module = import_module(f"albertplus.{service}.v1.audit_service_pb2")
    name = f"albertplus.{service}.v1.{service.capitalize()}AuditService/ListAuditEntries"
    page_token = ""
    while True:
        request = module.ListAuditEntriesRequest(page_size=_PAGE, page_token=page_token, **asked)
        page = rpc.send(address, name, request, module.ListAuditEntriesResponse, metadata)
        yield from page.entries
        page_token = page.next_page_token
        if not page_token:
            return


def _list(
    address: str,
    metadata: caller.Metadata,
    services: tuple[str, ...],
    asked: dict[str, str],
    limit: int,
    as_json: bool,
) -> None:
    found = [
        (service, entry)
        for service in services
        for _, entry in zip(range(limit), entries(address, metadata, service, **asked), strict=False)
    ]
    if as_json:
        shown = [
            {"service": service, **MessageToDict(entry, preserving_proto_field_name=True)}
            for service, entry in found
        ]
        return print_json(shown)
    for _, entry in sorted(found, key=lambda each: each[1].time.ToMicroseconds()):
        typer.echo(_line(entry))
    return None


def _line(entry: AuditEntry) -> str:
    who = entry.subject if entry.HasField("subject") else f"forgotten:{entry.actor.hex()[:12]}"
    what = f"{entry.method.rpartition('.')[2]}({entry.summary})"
    return f"{entry.time.ToJsonString()}  {entry.kind:8}{who:20}{what}  {entry.outcome}"


def _verify(
    address: str, metadata: caller.Metadata, services: tuple[str, ...], expect: str, as_json: bool
) -> None:
    chains = {service: Chain.of(entries(address, metadata, service), expect) for service in services}
    if as_json:
        print_json({service: chain.as_json() for service, chain in chains.items()})
    for service, chain in chains.items():
        if not as_json:
            typer.echo(f"{service}: {chain.sentence()}")
    broken = [service for service, chain in chains.items() if chain.problems]
    if broken:
        raise CommandError(f"the audit log of {', '.join(broken)} has been changed")
