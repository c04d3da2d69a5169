"""Pages: whole, without gaps or repeats, and while rows come and go."""

from __future__ import annotations

from typing import Any

import pytest
from albertplus.catalog.v1 import course_service_pb2
from grpc import StatusCode

from runtime.paging import PageToken, filters_hash
from tests.catalog.client import FALL, NOBODY, SPRING, Catalog, course, offering, program
from tests.support.rpc import Refused


async def test_the_pages_of_a_list_hold_every_row_once(catalog: Catalog) -> None:
    await catalog.put_offerings(*[offering(number, f"C {number % 7}") for number in range(1, 101)])
    pages = [page async for page in catalog.pages("offering", "ListOfferings", term=FALL, page_size=9)]
    numbers = [each.class_number for page in pages for each in page.offerings]
    assert numbers == sorted(range(1, 101), key=lambda number: (number % 7, number))
    assert [len(page.offerings) for page in pages] == [9] * 11 + [1]


async def test_a_page_without_a_size_has_fifty_rows(catalog: Catalog) -> None:
    await catalog.put_offerings(*[offering(number) for number in range(1, 52)])
    pages = [page async for page in catalog.pages("offering", "ListOfferings", term=FALL)]
    assert [len(page.offerings) for page in pages] == [50, 1]


@pytest.mark.parametrize("query", ["seminar", "semniar", "semi"])
async def test_the_pages_of_a_search_hold_every_row_once(catalog: Catalog, query: str) -> None:
    titles = ["Seminar", "Seminar in Law", "Advanced Seminar", "Topics"]
    await catalog.put_courses(
        *[course(f"L {n}", titles[n % 4], description="A seminar." if n % 4 == 3 else "") for n in range(60)]
    )
    fields: dict[str, Any] = {"query": query, "page_size": 7}
    pages = [page async for page in catalog.pages("course", "ListCourses", **fields)]
    codes = [each.code for page in pages for each in page.courses]
    assert len(codes) == len(set(codes)) == 60
    assert codes == await catalog.find_courses(query, page_size=1000)


@pytest.mark.parametrize("query", ["", "seminar", "semniar"])
async def test_rows_that_come_and_go_neither_repeat_nor_skip_the_others(catalog: Catalog, query: str) -> None:
    await catalog.put_courses(*[course(f"L {n}", "Seminar") for n in range(10, 50)])
    seen: list[str] = []
    gone: set[str] = set()
    async for page in catalog.pages("course", "ListCourses", query=query, page_size=8):
        seen += [each.code for each in page.courses]
        last = int(seen[-1].split()[1])
        new = (
            course(f"L {last - 40}", "Seminar"),
            course(f"K {last}", "Seminar"),
            course(f"M {last}", "Seminar"),
        )
        await catalog.put_courses(*new)
        gone |= {f"L {last}", f"L {last - 3}", f"L {last + 2}"}
        catalog.sql(f"delete from courses where code in {tuple(gone)}")
    assert len(seen) == len(set(seen))
    assert {f"L {n}" for n in range(10, 50)} - gone <= set(seen)


async def test_a_forgiving_search_goes_on_with_what_it_took_the_words_for(catalog: Catalog) -> None:
    await catalog.put_courses(*[course(f"L {n}", "Seminar") for n in range(5)])
    first = await catalog.call("course", "ListCourses", query="semniar", page_size=2)
    await catalog.put_courses(course("A 1", "Semniar"))  # now the word itself exists
    second = await catalog.call(
        "course", "ListCourses", query="semniar", page_size=10, page_token=first.next_page_token
    )
    assert [each.code for each in (*first.courses, *second.courses)] == [f"L {n}" for n in range(5)]


@pytest.mark.parametrize(
    "other",
    [
        {"term": SPRING},
        {"query": "x"},
        {"level": "graduate"},
        {"corequisites": False},
        {"course_codes": ["CSCI-UA 101"]},
    ],
)
async def test_the_token_of_another_query_is_refused(catalog: Catalog, other: dict[str, object]) -> None:
    await catalog.put_offerings(offering(1), offering(2))
    page = await catalog.call("offering", "ListOfferings", term=FALL, page_size=1)
    with pytest.raises(Refused) as refused:
        await catalog.call(
            "offering", "ListOfferings", **{"term": FALL, "page_token": page.next_page_token, **other}
        )
    assert (refused.value.code, refused.value.reason) == (StatusCode.INVALID_ARGUMENT, "INVALID_PAGE_TOKEN")


async def test_the_page_size_may_change_between_pages(catalog: Catalog) -> None:
    await catalog.put_offerings(*[offering(number) for number in range(1, 6)])
    page = await catalog.call("offering", "ListOfferings", term=FALL, page_size=1)
    assert await catalog.find_offerings(page_token=page.next_page_token, page_size=9) == [2, 3, 4, 5]


@pytest.mark.parametrize("token", ["x", "AAAA", "W10", "bnVsbA", "é", "eyJhIjoxfQ"])
async def test_a_damaged_token_is_refused(catalog: Catalog, token: str) -> None:
    with pytest.raises(Refused) as refused:
        await catalog.call("course", "ListCourses", page_token=token)
    assert refused.value.reason == "INVALID_PAGE_TOKEN"


@pytest.mark.parametrize(
    ("query", "position"),
    [
        ("", []),
        ("", ["A 1"]),
        ("", ["A 1", "not an id"]),
        ("", ["A\0", NOBODY]),
        ("", [1, NOBODY]),
        ("", [None, None]),
        ("", ["A 1", NOBODY, "more"]),
        ("x", ["", "A 1", NOBODY]),
        ("x", ["", 10**12, "A 1", NOBODY]),
        ("x", [None, 1, "A 1", NOBODY]),
        ("x", ["it's", 1, "A 1", NOBODY]),
        ("x", ["", True, "A 1", NOBODY]),
    ],
)
async def test_a_forged_position_is_refused(catalog: Catalog, query: str, position: list[Any]) -> None:
    request = course_service_pb2.ListCoursesRequest(query=query)
    token = PageToken.encode(request.DESCRIPTOR.full_name, filters_hash(request), position)
    with pytest.raises(Refused) as refused:
        await catalog.call("course", "ListCourses", query=query, page_token=token)
    assert refused.value.reason == "INVALID_PAGE_TOKEN"


async def test_programs_are_listed_by_name_and_searched(catalog: Catalog) -> None:
    names = ["Physics (BS)", "Computer Science (BA)", "Computer Science (BS)"]
    await catalog.put_programs(*map(program, names), program("Law (JD)", school="Law", level="graduate"))
    pages = [page async for page in catalog.pages("program", "ListPrograms", page_size=3)]
    assert [each.name for page in pages for each in page.programs] == [
        *sorted(names)[:2],
        "Law (JD)",
        names[0],
    ]
    found = await catalog.call("program", "ListPrograms", query="sciense comp", level="undergraduate")
    assert [each.name for each in found.programs] == names[1:]
