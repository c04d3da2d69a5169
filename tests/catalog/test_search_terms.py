"""Terms of a search, without a database."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.catalog.model.search import Terms, Word, one_edit_apart, one_typo_apart

WORDS = st.text("abcdeé", min_size=1, max_size=8)


def distance(one: str, other: str) -> int:
    """Damerau's distance (with swaps of neighbours that are not touched again), by definition."""
    rows = [[i + j if not i * j else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            differ = one[i - 1] != other[j - 1]
            best = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + differ)
            if i > 1 and j > 1 and one[i - 2 : i] == other[j - 2 : j][::-1]:
                best = min(best, rows[i - 2][j - 2] + 1)
            rows[i][j] = best
    return rows[-1][-1]


@given(WORDS, WORDS)
def test_one_edit_apart_is_a_distance_of_at_most_one(one: str, other: str) -> None:
    assert one_edit_apart(one, other) == (distance(one, other) <= 1)


@given(WORDS, WORDS)
def test_one_typo_apart_is_an_edit_of_a_beginning(typed: str, meant: str) -> None:
    beginnings = [meant[:length] for length in range(len(meant) + 1)]
    assert one_typo_apart(typed, meant) == any(one_edit_apart(typed, each) for each in beginnings)


@given(st.lists(st.lists(st.text("abc9", min_size=1), min_size=1, max_size=3), min_size=1, max_size=5))
def test_terms_are_read_as_they_were_written(words: list[list[str]]) -> None:
    terms = Terms(tuple(Word(first, tuple(near)) for first, *near in words))
    assert Terms.read(terms.write()) == terms


@pytest.mark.parametrize("text", ["", "a'b", "a | b", "a:* b", "a  b", "a||b", " a", "a\n", "(a)"])
def test_nothing_else_is_taken_for_terms(text: str) -> None:
    with pytest.raises(ValueError, match="not the terms"):
        Terms.read(text)


def test_the_last_word_and_longer_ones_match_what_begins_with_them() -> None:
    terms = Terms.of("10 of intro cs 101 1")
    assert terms.tsquery("A") == "'10':A & 'of':A & 'intro':*A & 'cs':*A & '101':A & '1':*A"
    assert terms.tsquery(exact=True) == "'10' & 'of' & 'intro' & 'cs' & '101' & '1'"


def test_a_word_may_be_what_is_one_typo_away() -> None:
    terms = Terms.of("algoritms 10").forgiving({"algoritms": ["algorithms", "logarithms", "algorithmic"]})
    assert terms.words[0].near == ("algorithms",)
    assert terms.tsquery("AB") == "('algoritms':*AB | 'algorithms':*AB) & '10':*AB"


def test_short_words_and_numbers_are_not_taken_for_misspelt() -> None:
    assert Terms.of("csci 101 ai law 3d abcd").forgivable() == ["csci", "law", "abcd"]


def test_no_more_than_sixteen_words_are_looked_for() -> None:
    assert len(Terms.of(" ".join("word" for _ in range(40))).words) == 16
