"""A database and a role for each service, none of which may enter another's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.dev.postgres import Postgres
from cli.errors import CommandError

if TYPE_CHECKING:
    import psycopg


def create_service_database(postgres: Postgres, service: str) -> str:
    """Make the service's role and database unless they exist, and return the service's own address of it."""
    import psycopg

    database = f"albertplus_{service}"
    try:
        with psycopg.connect(postgres.dsn(), autocommit=True) as connection:
            _ensure_role(connection, service, postgres.password(service))
            _ensure_database(connection, database, service)
            _keep_others_out(connection, database, "postgres", "template1")
    except psycopg.OperationalError as error:
        hint = "if its folder was changed by hand, start anew with another ALBERTPLUS_HOME"
        raise CommandError(f"PostgreSQL does not let us in: {error}", hint=hint) from error
    return postgres.dsn(database, service)


def _ensure_role(connection: psycopg.Connection, role: str, password: str) -> None:
    """The role exists and its password is the one on disk, also if that was changed."""
    from psycopg import sql

    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    verb = sql.SQL("ALTER" if known else "CREATE")
    statement = sql.SQL("{} ROLE {} LOGIN PASSWORD {}")
    connection.execute(statement.format(verb, sql.Identifier(role), sql.Literal(password)))


def _ensure_database(connection: psycopg.Connection, database: str, owner: str) -> None:
    from psycopg import sql

    if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone() is None:
        statement = sql.SQL("CREATE DATABASE {} OWNER {}")
        connection.execute(statement.format(sql.Identifier(database), sql.Identifier(owner)))


def _keep_others_out(connection: psycopg.Connection, *databases: str) -> None:
    """By default every role may connect everywhere; here only the owner may."""
    from psycopg import sql

    for database in databases:
        statement = sql.SQL("REVOKE CONNECT, TEMPORARY ON DATABASE {} FROM PUBLIC")
        connection.execute(statement.format(sql.Identifier(database)))
