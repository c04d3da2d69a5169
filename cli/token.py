"""`albertplus token`: a token of a local user, for `$(...)` on a command line."""

from __future__ import annotations

import json
import re
import time
from typing import Annotated

import typer
from rich.console import Console

from cli.errors import CommandError
from cli.target import home

EXAMPLES = """
Examples:

  albertplus token

  albertplus call StudentService/GetCurrentStudent '{}' --token $(albertplus token --user ada)

  albertplus token --user ada --admin --ttl 15m --json
"""

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_LONGEST = 30 * 86_400


def token(
    user: Annotated[
        str, typer.Option("--user", metavar="NAME", help="The user's id: anything without spaces.")
    ] = "alice",
    admin: Annotated[bool, typer.Option("--admin", help="As an administrator.")] = False,
    ttl: Annotated[
        str, typer.Option("--ttl", metavar="TIME", help="How long it is valid: 90s, 15m, 1h, 7d.")
    ] = "1h",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print token, user, issuer and expiry as JSON.")
    ] = False,
) -> None:
    """Print a token of a local user, to sign in with.

    The system started by `albertplus dev` in this folder accepts it. Only the token goes to standard output.
    """
    seconds = duration(ttl)
    made = local_token(user, admin=admin, ttl=seconds)
    if as_json:
        from cli.dev.issuer import LocalIssuer

        expiry = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))
        issuer = LocalIssuer.load(home()).url
        print(json.dumps({"token": made, "user": user, "admin": admin, "issuer": issuer, "expires": expiry}))
        return
    who = f"{user}, an administrator" if admin else user
    Console(stderr=True).print(f"a token for {who}, valid for {ttl}", style="dim", highlight=False)
    print(made)


def local_token(user: str, *, admin: bool = False, ttl: float = 3600.0) -> str:
    """A token of the local system in `home()`. Raises CommandError when it never ran or the name won't do."""
    if not re.fullmatch(r"[\w.@|:+-]{1,200}", user):
        raise CommandError(
            f"{user!r} cannot be a user's id", hint="use letters, digits, and . _ - @ + : | only, at most 200"
        )
    from cli.dev.issuer import LocalIssuer  # cryptography takes a while to load, and not every call needs it

    return LocalIssuer.load(home()).mint(user, admin=admin, ttl=ttl)


def duration(text: str) -> int:
    """The seconds in "90s", "15m", "1h" or "7d". Raises CommandError for anything else, or above 30 days."""
    found = re.fullmatch(r"([0-9]{1,9})([smhd])", text.strip())
    seconds = int(found[1]) * _UNITS[found[2]] if found else 0
    if not 0 < seconds <= _LONGEST:
        raise CommandError(
            f"{text!r} is not a time a token can be valid", hint="write 90s, 15m, 1h or 7d; at most 30d"
        )
    return seconds
