"""`albertplus keys`: the keys by which the processes of the local system know each other."""

from __future__ import annotations

import json
import time
from typing import Annotated

import typer

from cli.dev.keys import OVERLAP, PROCESSES, KeyRing
from cli.errors import CommandError
from cli.target import home

EXAMPLES = """
Examples:

  albertplus keys list

  albertplus keys rotate                   a new key for each process, while everything runs

  albertplus keys rotate planner --now     its old key is lost: it counts no more from now on
"""


def keys(
    action: Annotated[str, typer.Argument(metavar="list|rotate", help="What to do.")],
    process: Annotated[
        str, typer.Argument(metavar="[PROCESS]", help="Whose key; by default everybody's.")
    ] = "",
    now: Annotated[
        bool, typer.Option("--now", help="Trust the old key no longer: calls under way may be refused.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List or exchange the keys with which the processes sign what they tell each other.

    Nobody restarts: a process reads its key again within a second.
    """
    ring = KeyRing(home() / "keys")
    if not ring.trusted.exists():
        raise CommandError(f"no keys in {ring.folder}", hint="`albertplus dev` makes them")
    if action == "list":
        return _list(ring, as_json)
    if action != "rotate":
        raise CommandError(f"{action!r} is nothing to do with keys", hint="list or rotate")
    for name in (process,) if process else PROCESSES:
        kid = ring.rotate(name, overlap=0.0 if now else OVERLAP)
        typer.echo(json.dumps({"process": name, "kid": kid}) if as_json else f"{name}: now signs with {kid}")
    return None


def _list(ring: KeyRing, as_json: bool) -> None:
    for each in ring.trusted_keys():
        if as_json:
            typer.echo(json.dumps(each))
            continue
        left = each.get("until", 0) - time.time()
        typer.echo(f"{each['process']:10}{each['kid']}" + (f"  for {left:.0f} s more" if left > 0 else ""))
