"""The law of search: whatever a title says, a query that says the same finds it."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.catalog.model.search import MAX_WORDS, Terms
from tests.support.databases import TestDatabases
from tests.support.session import ServersFile

_WORDS = "select search_text(%s)"
_FOUND = "select search_document('', %s, '', '') @@ %s::tsquery"
# Scripts that titles are written in. What the newest Unicode added, the parts of PostgreSQL take differently.
TEXTS = st.text(
    st.characters(max_codepoint=0x4FF, exclude_characters="\0")
    | st.sampled_from("—’“”…\u00a0\u2009ﬁ計算機한글"),
    max_size=40,
)


@pytest.fixture(scope="module")
def connection(servers: ServersFile) -> Iterator[psycopg.Connection]:
    """A connection to a database with catalog's functions."""
    databases = TestDatabases(servers.postgres)
    with psycopg.connect(databases.fresh("catalog"), autocommit=True) as connection:
        yield connection
    databases.drop_all()


def words_of(connection: psycopg.Connection, text: str) -> str:
    """The words of a text, as the database finds them."""
    row = connection.execute(_WORDS, [text]).fetchone()
    assert row is not None
    return str(row[0]).strip()


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS)
def test_a_title_is_found_by_itself(connection: psycopg.Connection, title: str) -> None:
    words = words_of(connection, title)
    for query in (words, " ".join(words.split()[:MAX_WORDS][::-1])):
        terms = Terms.of(query)
        if terms.words:
            assert connection.execute(_FOUND, [title, terms.tsquery(exact=True)]).fetchone() == (True,)
            assert connection.execute(_FOUND, [title, terms.tsquery()]).fetchone() == (True,)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS)
def test_words_are_the_words_of_themselves(connection: psycopg.Connection, text: str) -> None:
    words = words_of(connection, text)
    assert words_of(connection, words) == words
    assert all(word.isalnum() or not word.isascii() for word in words.split())
