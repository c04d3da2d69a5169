"""`albertplus migrate`: schemas, as a step of its own."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.errors import CommandError
from cli.target import running

EXAMPLES = """
Examples:

  albertplus migrate                        all services of the running `albertplus dev`

  albertplus migrate catalog --database-url postgresql://catalog:secret@db/albertplus_catalog
"""

SERVICES = ("catalog", "planner", "identity")


def migrate(
    service: Annotated[
        str, typer.Argument(metavar="[SERVICE]", help="catalog, planner or identity; by default all three.")
    ] = "",
    database_url: Annotated[
        str,
        typer.Option(
            envvar="ALBERTPLUS_DATABASE_URL", help="The service's database; by default the local one."
        ),
    ] = "",
) -> None:
    """Bring databases to the newest schema. Safe to repeat, and safe to start twice at once."""
    if service and service not in SERVICES:
        raise CommandError(f"there is no service {service!r}", hint=f"choose one of {', '.join(SERVICES)}")
    if database_url and not service:
        raise CommandError(
            "whose database is this?", hint="as in `albertplus migrate catalog --database-url …`"
        )
    for each in (service,) if service else SERVICES:
        _migrate(each, database_url or _local_database(each))


def _migrate(service: str, dsn: str) -> None:
    from sqlalchemy.exc import OperationalError

    from runtime.migrate import migrate as run

    try:
        done = run(service, dsn)
    except OperationalError as error:
        hint = "is it running, and are user and password right?"
        raise CommandError(
            f"the database of {service} cannot be reached", hint=hint, details=str(error.orig)
        ) from error
    if done.changed:
        typer.echo(f"{service}: from {done.before or 'nothing'} to {done.after}")
    else:
        typer.echo(f"{service}: up to date ({done.after})")


def _local_database(service: str) -> str:
    return str(running("databases", service))
