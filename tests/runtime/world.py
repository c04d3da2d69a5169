"""A small schema of the tests' own, in the database of an invented service."""

from __future__ import annotations

import time

import psycopg
from sqlalchemy import Boolean, Column, ForeignKey, Integer, MetaData, Table, Text

from runtime.auth import Kind, Principal
from runtime.context import Call, enter
from runtime.migrate import schema_ddl
from runtime.table_keys import dependency_keys

SERVICE = "library"
metadata = MetaData()
shelves = Table("shelves", metadata, Column("id", Integer, primary_key=True), Column("room", Text))
books = Table(
    "books",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("shelf_id", Integer, ForeignKey("shelves.id", ondelete="CASCADE")),
    Column("author", Text),
    Column("year", Integer),
    Column("lent", Boolean, nullable=False, server_default="false"),
)
dependency_keys(shelves, by_id=("id",), by_room=("room",))
dependency_keys(
    books,
    by_id=("id",),
    by_shelf=("shelf_id",),
    by_author=("author", "year"),
    by_lent=("lent",),
    by_year=("year",),
)


def create(dsn: str) -> None:
    """Creates the tables and everything every service has."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("create table shelves (id int primary key, room text)")
        connection.execute(
            """create table books (id int primary key, shelf_id int references shelves on delete cascade,
               author text, year int, lent boolean not null default false)"""
        )
        connection.execute(schema_ddl(SERVICE, metadata))


def as_user(subject: str = "alice", key: str | None = None) -> Call:
    """Makes a call by a user the current one."""
    call = Call(
        method="library.v1.BookService/Lend",
        caller=Principal(subject, Kind.USER),
        request_id="test",
        deadline=time.monotonic() + 30,
        idempotency_key=key,
    )
    enter(call)
    return call


def announced(connection: psycopg.Connection[tuple[list[str]]], sql: str) -> set[str]:
    """The keys in the outbox after running `sql`."""
    connection.execute("delete from outbox")
    connection.execute(sql)
    return {key for (keys,) in connection.execute("select keys from outbox") for key in keys}
