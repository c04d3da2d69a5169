"""What a search finds, and what it puts first."""

from __future__ import annotations

import pytest

from tests.catalog.client import FALL, SPRING, Catalog, course, offering

COURSES = (
    course("CSCI-UA 101", "Introduction to Computer Science", description="Algorithms in a language."),
    course("CSCI-UA 102", "Data Structures", description="After CSCI-UA 101: lists, trees, graphs."),
    course("CSCI-UA 1010", "Seminar", description="Reading papers."),
    course("CSCI-UA 310", "Basic Algorithms", description="Sorting, searching."),
    course("MATH-UA 121", "Calculus I", subject_name="Mathematics"),
    course("MATH-UA 122", "Calculus II", subject_name="Mathematics"),
    course("MATH-UA 140", "Linear Algebra", subject_name="Mathematics"),
    course("DANC-UT 10", "Dance for Beginners", level="graduate", description="Ballet and jazz."),
    course("FREN-UA 1", "Élémentary Français", description="Œuvres."),
    course("HIST-UA 3D", "Web3 and/or Society", description="An e-mail, a co-op."),
)


@pytest.fixture
async def shelf(catalog: Catalog) -> Catalog:
    """A catalog with a few courses."""
    await catalog.put_courses(*COURSES)
    return catalog


@pytest.mark.parametrize(
    "query",
    [
        "csci 101",
        "csci101",
        "CSCI-UA 101",
        "csci-ua101",
        "csciua 101",
        "csciua101",
        "cs 101",
        "cs101",
        "CSCI-UA.0101",
        "101 csci",
        "  CSCI-UA\u00a0 101 ",
        "introduction computer",
        "science computer intro",
        "computer sci",
        "Introduction to Computer Science",
        "intro comp sci",
        "csci introduction",
    ],
)
async def test_any_way_to_write_a_course_finds_it_first(shelf: Catalog, query: str) -> None:
    assert (await shelf.find_courses(query))[0] == "CSCI-UA 101"


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("algoritms", "CSCI-UA 310"),  # a letter missing
        ("mth 121", "MATH-UA 121"),  # one missing of a short word
        ("algorithmss", "CSCI-UA 310"),  # one too many
        ("algorythms", "CSCI-UA 310"),  # another
        ("algroithms", "CSCI-UA 310"),  # two swapped
        ("dnace", "DANC-UT 10"),
        ("lineer algebra", "MATH-UA 140"),
        ("calculas 2", None),
        ("data strutures", "CSCI-UA 102"),
        ("introdcution comp", "CSCI-UA 101"),
        ("balet", "DANC-UT 10"),  # in a description
        ("csic 101", "CSCI-UA 101"),  # in a code
        ("algorihm", "CSCI-UA 310"),  # in the beginning of a word
        ("xqzzqx", None),
    ],
)
async def test_one_typo_is_forgiven(shelf: Catalog, query: str, first: str | None) -> None:
    found = await shelf.find_courses(query)
    assert (found[0] if found else None) == first


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("calc", ["MATH-UA 121", "MATH-UA 122"]),
        ("mathematics 121", ["MATH-UA 121"]),
        ("algorithms", ["CSCI-UA 310", "CSCI-UA 101"]),  # the title before the description
        ("csci 10", ["CSCI-UA 101", "CSCI-UA 102", "CSCI-UA 1010"]),
        ("francais", ["FREN-UA 1"]),
        ("FRANÇAIS", ["FREN-UA 1"]),
        ("web 3", ["HIST-UA 3D"]),
        ("society or and", ["HIST-UA 3D"]),
        ("jazz calculus", []),
    ],
)
async def test_all_words_must_be_found(shelf: Catalog, query: str, found: list[str]) -> None:
    assert await shelf.find_courses(query) == found


async def test_a_course_comes_before_those_that_mention_it(shelf: Catalog) -> None:
    assert await shelf.find_courses("csci-ua 101") == ["CSCI-UA 101", "CSCI-UA 1010", "CSCI-UA 102"]


SYNTAX = ("a & b", "csci:*", "!csci", "csci | math", "(csci", "'csci", "csci' :A", "csci <-> 101", "\\", "%")
ODD = ("a\0b", "'; drop table courses; --", "{}", "$1", "csci 101" * 25, "\U0001f600", "\ufb01", "\u01c5")


@pytest.mark.parametrize("query", [*SYNTAX, *ODD])
async def test_no_query_is_taken_for_syntax(shelf: Catalog, query: str) -> None:
    await shelf.find_courses(query[:200])
    assert len(await shelf.find_courses("")) == len(COURSES)


@pytest.mark.parametrize("query", ["!!!", "+ -", "\u2014"])
async def test_a_query_without_words_finds_nothing(shelf: Catalog, query: str) -> None:
    assert await shelf.find_courses(query) == []


async def test_white_space_alone_is_no_query(shelf: Catalog) -> None:
    assert len(await shelf.find_courses(" \u00a0 ")) == len(COURSES)


async def test_filters_restrict_what_a_search_finds(shelf: Catalog) -> None:
    assert await shelf.find_courses("dance", level="graduate") == ["DANC-UT 10"]
    assert await shelf.find_courses("dance", level="undergraduate") == []


async def test_a_changed_title_is_found_and_the_old_one_is_not(shelf: Catalog) -> None:
    await shelf.put_courses(course("CSCI-UA 102", "Kombinatorik"))
    assert await shelf.find_courses("kombinatorick") == ["CSCI-UA 102"]
    assert await shelf.find_courses("data structures") == []


async def test_no_writer_can_forget_the_search(shelf: Catalog) -> None:
    shelf.sql("update courses set title = 'Zoology' where code = 'CSCI-UA 310'")
    assert await shelf.find_courses("zooolgy") == ["CSCI-UA 310"]


async def test_sections_are_found_by_code_title_and_description(catalog: Catalog) -> None:
    await catalog.put_offerings(
        offering(1, "CSCI-UA 101", title="Intro"),
        offering(2, "CSCI-UA 102", title="Data Structures", description="After CSCI-UA 101."),
        offering(3, "CSCI-UA 101", title="Intro", term=SPRING),
    )
    assert await catalog.find_offerings("csci101") == [1, 2]
    assert await catalog.find_offerings("strucures") == [2]
    assert await catalog.find_offerings("intro", term=SPRING) == [3]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, [1, 2, 3, 4]),
        ({"course_codes": ["CSCI-UA\u00a0101", "MATH-UA 9"]}, [1, 2]),
        ({"statuses": [2, 4]}, [2, 3]),
        ({"level": "graduate"}, [4]),
        ({"schools": ["Law", "Arts"]}, [1, 2, 3]),
        ({"days": [5, 7]}, [1]),
        ({"days": [1, 2, 3]}, [1, 2]),
        ({"corequisites": True}, [2]),
        ({"corequisites": False}, [1, 3, 4]),
        ({"corequisite_of": 1}, [2]),
        ({"statuses": [1], "days": [6], "query": "csci"}, []),
    ],
)
async def test_sections_are_filtered(catalog: Catalog, filters: dict[str, object], found: list[int]) -> None:
    await catalog.put_offerings(
        offering(1, meetings=[{"days": [1]}, {"days": [5]}]),
        offering(2, status=2, corequisite=True, corequisite_of=1, meetings=[{"days": [2]}]),
        offering(3, "CSCI-UA 102", status=4),
        offering(4, "MATH-GA 1", level="graduate", school="Graduate Arts"),
        offering(5, term=SPRING),
    )
    assert await catalog.find_offerings(**filters) == found  # type: ignore[arg-type]


async def test_a_list_of_sections_depends_on_its_term_alone(catalog: Catalog) -> None:
    answer = await catalog.answer("offering", "ListOfferings", term=FALL, query="anything")
    assert "catalog.offerings/by_section/2025/5" in answer.read_keys
    assert "catalog.offerings/*" not in answer.read_keys
