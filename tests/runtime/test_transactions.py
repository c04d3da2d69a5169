"""Queries see one snapshot and say what they read; mutations are serializable and happen once."""

from __future__ import annotations

import asyncio
from typing import Any

import psycopg
import pytest
from albertplus.live.v1 import read_set_pb2
from google.protobuf.wrappers_pb2 import Int32Value
from sqlalchemy import bindparam, insert, select, text, update

from runtime import connections
from runtime.context import Call
from runtime.db import Database, UndeclaredRead, WriteTx
from runtime.refusal import Code, IdempotencyKeyReused, Refusal, Unavailable
from runtime.statements import depends_on
from tests.runtime import world
from tests.runtime.world import books, shelves

BOOK = select(books.c.year, books.c.author).where(books.c.id == bindparam("id"))
BOOKS_BY = select(books.c.id).where(books.c.author == bindparam("author"))
ADD = insert(books).values(id=bindparam("id"), author=bindparam("author"), year=bindparam("year"))
SET_YEAR = update(books).where(books.c.id == bindparam("book")).values(year=bindparam("to"))


async def add_book(db: Database, book: int, year: int = 0, author: str = "Lem") -> Int32Value:
    async def work(tx: WriteTx) -> Int32Value:
        await tx.execute(ADD, id=book, author=author, year=year)
        return Int32Value(value=book)

    return await db.mutate(Int32Value(value=book), work)


def keys(call: Call) -> set[str]:
    return {key for read in call.reads.message().reads for key in read.keys}


def write_set(call: Call) -> read_set_pb2.WriteSet:
    assert call.writes is not None
    return read_set_pb2.WriteSet.FromString(call.writes)


async def test_a_query_records_the_key_of_a_row_it_did_not_find(library: Database) -> None:
    call = world.as_user()
    assert await library.one(BOOK, id=7) is None
    assert keys(call) == {"library.books/by_id/7"}


async def test_a_query_of_several_statements_sees_one_snapshot(library: Database) -> None:
    call = world.as_user()
    async with library.read() as tx:
        before = await tx.all(BOOKS_BY, author="Lem")
        world.as_user("bob")
        await add_book(library, 1)
        assert await tx.all(BOOKS_BY, author="Lem") == before == []
    assert keys(call) == {"library.books/by_author/Lem"}


async def test_a_query_cannot_write(library: Database) -> None:
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        await library.all(ADD.returning(books.c.id), id=1, author="x", year=1)


async def test_sql_text_has_to_declare_what_it_reads(library: Database) -> None:
    with pytest.raises(UndeclaredRead):
        await library.all(text("select 1"))
    call = world.as_user()
    await library.all(depends_on(text("select count(*) from books"), "library.books/*"))
    assert keys(call) == {"library.books/*"}


async def test_a_mutation_says_what_it_wrote(library: Database) -> None:
    call = world.as_user()
    await add_book(library, 3, 1961)
    written = write_set(call)
    assert "library.books/by_author/Lem/1961" in written.keys
    assert written.service == "library"
    assert written.xid > 0
    assert written.epoch > 0


async def test_a_line_break_in_a_value_does_not_break_the_write_set(library: Database) -> None:
    call = world.as_user()
    await add_book(library, 3, 1961, author="Stanislaw\nLem")
    assert "library.books/by_author/Stanislaw%0ALem/1961" in write_set(call).keys
    assert all(key.startswith("library.books/") for key in write_set(call).keys)


async def test_a_lock_that_is_held_for_too_long_is_no_defect(
    library_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "_SESSION", "set lock_timeout = '50ms'")
    impatient = Database(world.SERVICE, library_dsn)
    await impatient.open()
    world.as_user()
    with psycopg.connect(library_dsn) as connection:
        connection.execute("lock table books")
        with pytest.raises(Unavailable):
            await add_book(impatient, 3)
    await impatient.close()


async def test_a_database_without_room_is_no_defect(library: Database) -> None:
    async def work(tx: WriteTx) -> Int32Value:
        await tx.run("do $$ begin raise 'no space left' using errcode = 'disk_full'; end $$")
        return Int32Value()

    world.as_user()
    with pytest.raises(Unavailable):
        await library.mutate(Int32Value(), work)


async def test_what_a_mutation_raises_leaves_nothing_behind(library: Database) -> None:
    class Refused(Refusal):
        """No."""

        code = Code.FAILED_PRECONDITION

    async def work(tx: WriteTx) -> Int32Value:
        await tx.execute(ADD, id=1, author="x", year=1)
        raise Refused

    with pytest.raises(Refused):
        await library.mutate(Int32Value(), work)
    assert await library.all(BOOKS_BY, author="x") == []


async def increment(db: Database, number: int) -> None:
    world.as_user(f"user {number}")

    async def work(tx: WriteTx) -> Int32Value:
        row = await tx.one(BOOK, id=1)
        assert row is not None
        await tx.execute(SET_YEAR, book=1, to=row.year + 1)
        return Int32Value(value=row.year + 1)

    await db.mutate(Int32Value(), work)


async def test_concurrent_read_modify_writes_lose_nothing(library: Database) -> None:
    await add_book(library, 1, 0)
    results = await asyncio.gather(
        *(increment(library, number) for number in range(8)), return_exceptions=True
    )
    done = sum(result is None for result in results)
    row = await library.one(BOOK, id=1)
    assert row is not None
    assert row.year == done > 0
    assert all(result is None or isinstance(result, Refusal) for result in results)


async def once(db: Database, key: str, book: int, subject: str = "alice") -> tuple[int, Call]:
    call = world.as_user(subject, key)
    response = await add_book(db, book)
    return response.value, call


async def test_a_repeat_gets_the_first_answer_and_its_write_set(library: Database) -> None:
    _, first = await once(library, "s/1", 5)
    value, second = await once(library, "s/1", 5)
    assert value == 5
    assert write_set(first) == write_set(second)


async def test_concurrent_repeats_have_one_effect(library: Database) -> None:
    results = await asyncio.gather(*(once(library, "s/1", 5) for _ in range(8)))
    assert [value for value, _ in results] == [5] * 8
    assert len(await library.all(BOOKS_BY, author="Lem")) == 1


@pytest.mark.parametrize(("book", "subject"), [(6, "alice"), (5, "mallory")])
async def test_a_key_is_refused_for_another_request_or_caller(
    library: Database, book: int, subject: str
) -> None:
    await once(library, "s/1", 5)
    with pytest.raises(IdempotencyKeyReused):
        await once(library, "s/1", book, subject)


async def test_a_failure_is_not_remembered(library: Database) -> None:
    await add_book(library, 5)
    with pytest.raises(psycopg.errors.UniqueViolation):
        await once(library, "s/1", 5)
    value, _ = await once(library, "s/1", 9)
    assert value == 9


async def test_connections_killed_in_the_middle_leave_each_effect_once(
    library: Database, library_dsn: str
) -> None:
    async def kill() -> None:
        async with await psycopg.AsyncConnection.connect(library_dsn, autocommit=True) as connection:
            await connection.execute(
                """select pg_terminate_backend(pid) from pg_stat_activity
                   where application_name = 'albertplus-library' and datname = current_database()"""
            )

    async def insist(number: int) -> int:
        for _ in range(20):
            try:
                return (await once(library, f"s/{number}", number))[0]
            except Refusal as refusal:
                assert refusal.retry_after is not None or refusal.code is Code.UNKNOWN  # noqa: PT017
        raise AssertionError("never succeeded")

    jobs: list[Any] = [insist(number) for number in range(30)]
    jobs.insert(10, kill())
    jobs.insert(20, kill())
    await asyncio.gather(*jobs)
    rows = await library.all(select(books.c.id).where(books.c.author == bindparam("author")), author="Lem")
    assert sorted(row.id for row in rows) == list(range(30))


async def test_a_join_depends_on_both_tables_by_their_keys(library: Database) -> None:
    call = world.as_user()
    joined = select(books.c.id).join(shelves, shelves.c.id == books.c.shelf_id)
    await library.all(joined.where(books.c.shelf_id == bindparam("shelf")), shelf=4)
    assert keys(call) == {"library.books/by_shelf/4", "library.shelves/by_id/4"}
