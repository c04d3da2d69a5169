"""No write escapes: whatever sends a statement, the keys of the old and the new rows are announced."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg
import pytest

from runtime.outbox import MAX_ROWS_WITH_OWN_KEYS
from tests.runtime import world


@pytest.fixture
def library(empty_database: Callable[[str], str]) -> Iterator[psycopg.Connection[tuple[list[str]]]]:
    dsn = empty_database(world.SERVICE)
    world.create(dsn)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("insert into shelves values (1, 'east'), (2, 'west')")
        connection.execute("insert into books values (7, 1, 'Le Guin', 1969), (8, 1, 'Lem', 1961)")
        yield connection


LE_GUIN = {
    "library.books/by_id/7",
    "library.books/by_author/Le Guin",
    "library.books/by_author/Le Guin/1969",
    "library.books/by_shelf/1",
    "library.books/by_lent/false",
    "library.books/by_year/1969",
}


def test_an_insert_announces_every_prefix_of_every_key(library: psycopg.Connection[tuple[list[str]]]) -> None:
    found = world.announced(library, "insert into books values (9, 2, 'Eco/50%*', null)")
    assert found == {
        "library.books/by_id/9",
        "library.books/by_shelf/2",
        "library.books/by_author/Eco%2F50%25%2A",
        "library.books/by_author/Eco%2F50%25%2A/%00",
        "library.books/by_lent/false",
        "library.books/by_year/%00",
    }


def test_an_update_announces_the_old_and_the_new_row(library: psycopg.Connection[tuple[list[str]]]) -> None:
    found = world.announced(library, "update books set year = 1974 where id = 7")
    assert found == LE_GUIN | {"library.books/by_author/Le Guin/1974", "library.books/by_year/1974"}


def test_a_delete_announces_what_is_gone(library: psycopg.Connection[tuple[list[str]]]) -> None:
    assert world.announced(library, "delete from books where id = 7") == LE_GUIN


@pytest.mark.parametrize(
    "sql",
    [
        "insert into books values (7, 1, 'x', 1) on conflict (id) do update set lent = true",
        "merge into books b using (values (7)) v(id) on b.id = v.id when matched then update set lent = true",
        "with chosen as (select 7 id) update books set lent = true from chosen where books.id = chosen.id",
        "delete from shelves where id = 1",
    ],
)
def test_upsert_merge_cte_and_cascade_are_announced(
    library: psycopg.Connection[tuple[list[str]]], sql: str
) -> None:
    assert world.announced(library, sql) >= LE_GUIN


def test_copy_is_announced(library: psycopg.Connection[tuple[list[str]]]) -> None:
    library.execute("delete from outbox")
    with library.cursor().copy("copy books (id, author) from stdin") as copy:
        copy.write_row((10, "Borges"))
    keys = {key for (found,) in library.execute("select keys from outbox") for key in found}
    assert "library.books/by_author/Borges" in keys


def test_truncate_announces_the_whole_table(library: psycopg.Connection[tuple[list[str]]]) -> None:
    assert world.announced(library, "truncate books") == {"library.books/*"}


def test_a_statement_on_many_rows_announces_the_whole_table(
    library: psycopg.Connection[tuple[list[str]]],
) -> None:
    rows = MAX_ROWS_WITH_OWN_KEYS + 1
    sql = f"insert into books select i, 1, 'a', i from generate_series(100, {99 + rows}) i"
    assert world.announced(library, sql) == {"library.books/*"}


def test_a_statement_with_very_long_keys_announces_the_whole_table(
    library: psycopg.Connection[tuple[list[str]]],
) -> None:
    sql = "insert into books select i, 1, repeat('a', 3000) || i, i from generate_series(100, 300) i"
    assert world.announced(library, sql) == {"library.books/*"}


def test_a_statement_that_touches_no_row_announces_nothing(
    library: psycopg.Connection[tuple[list[str]]],
) -> None:
    assert world.announced(library, "update books set year = 1 where id = -1") == set()
