"""Databases for tests: a migrated template per service and session, a fresh copy for each test."""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from tests.support.session import locked

_PASSWORD = "test"


class TestDatabases:
    """Copies of the services' migrated templates; drop what was handed out with `drop_all`."""

    __test__ = False  # not a test class, despite its name

    def __init__(self, superuser_dsn: str) -> None:
        self._superuser_dsn = superuser_dsn
        self._made: list[str] = []

    def fresh(self, service: str) -> str:
        """The address of a new database with the service's tables, empty, for the service's own role."""
        template = self._template(service)
        name = f"{service}_{secrets.token_hex(6)}"
        statement = "CREATE DATABASE {} TEMPLATE {} OWNER {}"
        self._run(statement, name, template, service)
        self._made.append(name)
        return self._dsn(name, service)

    def empty(self, service: str) -> str:
        """The address of a new database without any table, for the service's own role."""
        self._ensure_role(service)
        name = f"{service}_{secrets.token_hex(6)}"
        self._run("CREATE DATABASE {} OWNER {}", name, service)
        self._made.append(name)
        return self._dsn(name, service)

    def drop_all(self) -> None:
        """Drop the databases made here, closing connections that tests left open."""
        while self._made:
            self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", self._made.pop())

    def _template(self, service: str) -> str:
        """The service's template; the first worker to ask makes and migrates it."""
        name = f"template_{service}"
        with locked(name) as folder:
            done = folder / f"{name}.done"
            if not done.exists():
                self._ensure_role(service)
                self._run("DROP DATABASE IF EXISTS {}", name)
                self._run("CREATE DATABASE {} OWNER {}", name, service)
                _migrate(service, self._dsn(name, service))
                done.touch()
        return name

    def _ensure_role(self, service: str) -> None:
        with locked("roles"), psycopg.connect(self._superuser_dsn, autocommit=True) as connection:
            if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [service]).fetchone() is None:
                statement = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
                connection.execute(statement.format(sql.Identifier(service), sql.Literal(_PASSWORD)))

    def _run(self, statement: str, *names: str) -> None:
        with psycopg.connect(self._superuser_dsn, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _dsn(self, database: str, role: str) -> str:
        parts = urlsplit(self._superuser_dsn)
        place = f"{role}:{_PASSWORD}@{parts.hostname}:{parts.port}"
        return urlunsplit(parts._replace(netloc=place, path=f"/{database}"))


def _migrate(service: str, dsn: str) -> None:
    from runtime.migrate import migrate

    migrate(service, dsn)
