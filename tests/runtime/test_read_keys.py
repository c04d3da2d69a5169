"""No read escapes: if a write changes a query's answer, the query's keys and the write's keys intersect."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import ClientCursor
from sqlalchemy import ARRAY, Select, Text, and_, any_, bindparam, exists, func, or_, select, union_all

from runtime.keys import table_of, whole_table
from runtime.statements import statement
from tests.runtime import world
from tests.runtime.world import books, shelves

AUTHORS = ["Lem", "Le Guin", "a/b", "50%", "*", ""]
YEARS = [1961, 1969, 1974]
ROOMS = ["east", "west", None]

author = st.sampled_from(AUTHORS)
year = st.sampled_from(YEARS)
number = st.integers(1, 4)


def condition(draw: st.DrawFn) -> Any:
    """One condition on a book."""
    kind = draw(st.integers(0, 8))
    match kind:
        case 0:
            return books.c.id == draw(number)
        case 1:
            return books.c.author == draw(author)
        case 2:
            return and_(books.c.author == draw(author), books.c.year == draw(year))
        case 3:
            return books.c.author == any_(bindparam(None, [draw(author), draw(author)], type_=ARRAY(Text)))
        case 4:
            return books.c.shelf_id.in_([draw(number), draw(number)])
        case 5:
            return books.c.year > draw(year)
        case 6:
            return or_(books.c.author == draw(author), books.c.year == draw(year))
        case 7:
            return books.c.lent == draw(st.booleans())
        case _:
            return books.c.author.like("L%")


@st.composite
def queries(draw: st.DrawFn) -> Any:
    """A query over books, often with their shelves, in one of several shapes."""
    where = and_(*(condition(draw) for _ in range(draw(st.integers(1, 2)))))
    other = books.alias("other")
    match draw(st.integers(0, 7)):
        case 0:
            return select(books.c.id, books.c.year).where(where)
        case 1:
            return select(func.count(), func.max(books.c.year)).select_from(books).where(where)
        case 2:
            on = shelves.c.id == books.c.shelf_id
            return select(books.c.id, shelves.c.room).join(shelves, on).where(where)
        case 3:
            extra = draw(st.sampled_from([shelves.c.room == "east", books.c.author == "Lem"]))
            on = and_(shelves.c.id == books.c.shelf_id, extra)
            return select(books.c.id, shelves.c.room).outerjoin(shelves, on).where(where)
        case 4:
            inner = select(books.c.shelf_id).where(where).subquery()
            return select(shelves.c.room).where(shelves.c.id.in_(select(inner.c.shelf_id)))
        case 5:
            same = exists().where(other.c.author == books.c.author, other.c.id != books.c.id)
            return select(books.c.id).where(where, same)
        case 6:
            both = union_all(
                select(books.c.id).where(where), select(shelves.c.id).where(shelves.c.room == "east")
            ).subquery()
            return select(func.count()).select_from(both)
        case _:
            on = other.c.shelf_id == books.c.shelf_id
            return select(books.c.id, other.c.id).join(other, on).where(where)


@st.composite
def writes(draw: st.DrawFn) -> tuple[str, tuple[Any, ...]]:
    """A statement that changes a few rows."""
    match draw(st.integers(0, 7)):
        case 0:
            return "update books set year = %s where id = %s", (draw(year), draw(number))
        case 1:
            return "update books set author = %s where author = %s", (draw(author), draw(author))
        case 2:
            return "update books set shelf_id = %s where id = %s", (draw(number), draw(number))
        case 3:
            return "delete from books where id = %s", (draw(number),)
        case 4:
            return "delete from shelves where id = %s", (draw(number),)
        case 5:
            row = (draw(st.integers(1, 6)), draw(number), draw(author), draw(year))
            return (
                """insert into books values (%s, %s, %s, %s)
                   on conflict (id) do update set lent = not books.lent""",
                row,
            )
        case 6:
            return "update shelves set room = %s where id = %s", (draw(st.sampled_from(ROOMS)), draw(number))
        case _:
            return "update books set lent = not lent where id = %s", (draw(number),)


def intersect(reads: set[str], written: set[str]) -> bool:
    """The rule the gateway matches by, told the long way."""
    for read in reads:
        for write in written:
            wide = whole_table(table_of(read))
            if read == write or (table_of(read) == table_of(write) and wide in (read, write)):
                return True
    return False


FILL = """
truncate books, shelves;
insert into shelves values (1, 'east'), (2, 'west'), (3, null), (4, 'east');
insert into books values
  (1, 1, 'Lem', 1961), (2, 1, 'Le Guin', 1969), (3, 2, 'a/b', 1974), (4, null, '*', null);
"""


@pytest.fixture
def library_cursor(library_dsn: str) -> Any:
    with psycopg.connect(library_dsn, autocommit=True) as connection:
        yield ClientCursor(connection)


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=queries(), changes=st.lists(writes(), min_size=1, max_size=3))
def test_a_changed_answer_implies_intersecting_keys(
    library_cursor: ClientCursor[Any], query: Select[Any], changes: list[tuple[str, tuple[Any, ...]]]
) -> None:
    prepared = statement(query)
    assert prepared.reads is not None
    values = prepared.parameters({})
    reads = {key for template in prepared.reads for key in template.keys(world.SERVICE, values)}

    def answer() -> list[Any]:
        return sorted(library_cursor.execute(prepared.sql, values).fetchall(), key=repr)

    library_cursor.execute(FILL)
    before = answer()
    library_cursor.execute("truncate outbox")
    for sql, parameters in changes:
        try:
            library_cursor.execute(sql, parameters)
        except psycopg.errors.ForeignKeyViolation:
            continue
    written = {
        key for (keys,) in library_cursor.execute("select keys from outbox").fetchall() for key in keys
    }
    if answer() != before:
        assert intersect(reads, written), (prepared.sql, values, reads, written)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])) | st.none())
def test_python_and_the_database_encode_values_alike(
    library_cursor: ClientCursor[Any], value: str | None
) -> None:
    from runtime.keys import encode_part

    (encoded,) = library_cursor.execute("select key_part(%s::text)", (value,)).fetchone()  # type: ignore[misc]
    assert encoded == encode_part(value)
