"""Pages keep their ends, so that no row is in two pages or in none."""

from __future__ import annotations

from typing import Any

import pytest

from tests.gateway.functions.world import World, course, page

pytestmark = pytest.mark.asyncio(loop_scope="module")
LIST = "courses:getCourses"


def numbers(found: Any) -> list[int]:
    return [int(each["code"].split()[1]) for each in found["page"]]


def args(school: str, **options: Any) -> dict[str, Any]:
    return {"level": "undergraduate", "schools": [school], **page(**options)}


async def put(world: World, school: str, *which: int) -> None:
    for number in which:
        await world.put_courses(course(f"{school} {number}", school=school))


async def journal(world: World, wanted: Any) -> tuple[Any, str]:
    """A page, and where it ended."""
    outcome = await world.run(LIST, wanted, who="somebody")
    assert outcome.journal is not None
    return await world.value(LIST, wanted), outcome.journal


async def test_a_page_that_is_read_again_keeps_its_end(world: World) -> None:
    await put(world, "ONE", *range(1, 7))
    wanted = args("ONE", size=2)
    first, end = await journal(world, wanted)
    assert (numbers(first), end) == ([6, 5], first["continueCursor"])
    await put(world, "ONE", 7, 8)
    again = await world.value(LIST, wanted, journal=end)
    assert (numbers(again), again["continueCursor"], again["isDone"]) == ([8, 7, 6, 5], end, False)
    second = await world.value(LIST, args("ONE", size=2, cursor=end))
    assert numbers(second) == [4, 3]
    assert numbers(await world.value(LIST, wanted)) == [8, 7]


async def test_the_journal_of_a_page_read_again_is_the_same(world: World) -> None:
    await put(world, "TWO", 1, 2, 3)
    wanted = args("TWO", size=2)
    _, end = await journal(world, wanted)
    outcome = await world.run(LIST, wanted, who="somebody", journal=end)
    assert outcome.journal == end


async def test_a_page_whose_rows_are_gone_is_empty_and_not_done(world: World) -> None:
    await put(world, "GONE", 1, 2, 3)
    first, end = await journal(world, args("GONE", size=2))
    for each in first["page"]:
        await world.put_courses(course(each["code"], school="ELSEWHERE"))
    again = await world.value(LIST, args("GONE", size=2), journal=end)
    assert (again["page"], again["isDone"], again["continueCursor"]) == ([], False, end)


async def test_the_last_page_is_done_and_grows(world: World) -> None:
    await put(world, "END", 1)
    last, end = await journal(world, args("END", size=5))
    assert last["isDone"]
    await put(world, "END", *range(2, 12))
    again = await world.value(LIST, args("END", size=5), journal=end)
    assert (numbers(again), again["isDone"]) == (list(range(11, 0, -1)), True)
    behind = await world.value(LIST, args("END", size=5, cursor=last["continueCursor"]))
    assert (behind["page"], behind["isDone"]) == ([], True)


async def test_a_page_that_has_grown_can_be_split(world: World) -> None:
    await put(world, "SPLIT", 1, 2, 3)
    first, end = await journal(world, args("SPLIT", size=2))
    assert "splitCursor" not in first
    await world.put_courses(*(course(f"SPLIT {number}", school="SPLIT") for number in range(10, 160)))
    whole = await world.value(LIST, args("SPLIT", size=2), journal=end)
    assert len(whole["page"]) == 152
    middle = whole["splitCursor"]
    upper = await world.value(LIST, args("SPLIT", size=2, endCursor=middle))
    lower = await world.value(LIST, args("SPLIT", size=2, cursor=middle, endCursor=end))
    assert upper["page"] + lower["page"] == whole["page"]
    assert upper["page"]
    assert lower["page"]
    assert (upper["continueCursor"], lower["continueCursor"]) == (middle, end)


async def test_more_than_one_call_of_a_service_makes_one_page(world: World) -> None:
    await world.put_courses(*(course(f"MANY {number}", school="MANY") for number in range(1000)))
    await world.put_courses(*(course(f"MANY {number}", school="MANY") for number in range(1000, 1300)))
    found = await world.value(LIST, args("MANY", size=1100))
    assert (len(found["page"]), found["isDone"]) == (1100, False)
    rest = await world.value(LIST, args("MANY", size=1100, cursor=found["continueCursor"]))
    assert (len(rest["page"]), rest["isDone"]) == (200, True)
    assert len({*numbers(found), *numbers(rest)}) == 1300


async def test_a_search_keeps_its_end_too(world: World) -> None:
    await put(world, "SEEK", 10, 20, 30, 40)
    wanted = {**args("SEEK", size=2), "query": "seek"}
    first, end = await journal(world, wanted)
    assert numbers(first) == [10, 20]
    await put(world, "SEEK", 15, 25)
    again = await world.value(LIST, wanted, journal=end)
    assert numbers(again) == [10, 15, 20]
    assert numbers(await world.value(LIST, {**args("SEEK", size=9, cursor=end), "query": "seek"})) == [
        25,
        30,
        40,
    ]


@pytest.mark.parametrize("cursor", ["nonsense", "AAAA", "x" * 5000, "[]"])
@pytest.mark.parametrize("field", ["cursor", "endCursor"])
async def test_a_cursor_that_is_none_starts_over(world: World, field: str, cursor: str) -> None:
    wanted = args("ONE", size=2, **{field: cursor})
    data = await world.data(LIST, wanted)
    assert data == {"isConvexSystemError": True, "paginationError": "InvalidCursor"}


async def test_the_cursor_of_another_list_starts_over(world: World) -> None:
    await put(world, "OTHER", 1, 2)
    first = await world.value(LIST, args("OTHER", size=1))
    wrong = {**args("OTHER", size=1, cursor=first["continueCursor"]), "query": "x"}
    assert (await world.data(LIST, wrong))["paginationError"] == "InvalidCursor"
    failure = await world.failure(LIST, args("OTHER", size=1), journal="nonsense")
    assert "InvalidCursor" in failure.text


@pytest.mark.parametrize("size", [0, -1, 0.5, float("nan"), float("inf"), 1e300])
async def test_a_page_has_a_size(world: World, size: float) -> None:
    failure = await world.failure(LIST, args("ONE", size=size))
    assert failure.text == "Uncaught Error: paginationOpts.numItems must be a positive number"
