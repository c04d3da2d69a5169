"""As whom a command calls: a token, or a local user for whom one is made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from cli.errors import CommandError
from cli.token import local_token

Token = Annotated[
    str, typer.Option("--token", metavar="JWT", envvar="ALBERTPLUS_TOKEN", help="Sign in with this token.")
]
User = Annotated[
    str, typer.Option("--user", metavar="NAME", help="Sign in as this local user of `albertplus dev`.")
]
Admin = Annotated[bool, typer.Option("--admin", help="With --user: as an administrator.")]
Metadata = tuple[tuple[str, str], ...]


def signed_in(token: str, user: str, admin: bool) -> Callable[[], Metadata]:
    """Gives the metadata of a new call: with a fresh token for a local user, with none for nobody.

    Raises CommandError at once if no token can be made.
    """
    if admin and not user:
        raise CommandError("--admin needs a name", hint="as in `--user ada --admin`")
    if not user:
        return lambda: _bearer(token)
    _bearer(local_token(user, admin=admin))
    return lambda: _bearer(local_token(user, admin=admin))


def _bearer(token: str) -> Metadata:
    return (("authorization", f"Bearer {token}"),) if token else ()
