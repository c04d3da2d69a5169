"""Pages that are read again: newest first, and up to the place where they once ended."""

from __future__ import annotations

from typing import Any

import pytest

from tests.catalog.client import FALL, SPRING, Catalog, course, offering, program
from tests.support.rpc import Refused

LISTS: dict[str, Any] = {
    "course": ("ListCourses", "courses", {}),
    "offering": ("ListOfferings", "offerings", {"term": FALL}),
    "program": ("ListPrograms", "programs", {}),
}


async def put(catalog: Catalog, noun: str, *numbers: int) -> None:
    for number in numbers:
        if noun == "course":
            await catalog.put_courses(course(f"L {number}", "Seminar"))
        elif noun == "offering":
            await catalog.put_offerings(offering(number, f"L {number}", title="Seminar"))
        else:
            await catalog.put_programs(program(f"Seminar {number}"))


async def page(catalog: Catalog, noun: str, **fields: Any) -> tuple[list[int], str]:
    """The numbers of a page's rows, and the token of the next page."""
    method, rows, common = LISTS[noun]
    answer = await catalog.call(noun, method, **{**common, **fields})
    return [number(row) for row in getattr(answer, rows)], answer.next_page_token


def number(row: Any) -> int:
    text = getattr(row, "course_code", "") or getattr(row, "code", "") or row.name
    return int(text.split()[1])


@pytest.mark.parametrize("noun", LISTS)
async def test_the_newest_come_first(catalog: Catalog, noun: str) -> None:
    await put(catalog, noun, 3, 1, 4, 2, 5)
    first, token = await page(catalog, noun, newest_first=True, page_size=2)
    rest, end = await page(catalog, noun, newest_first=True, page_size=9, page_token=token)
    assert (first, rest, end) == ([5, 2], [4, 1, 3], "")


async def test_the_rows_of_a_batch_are_as_new_as_they_come(catalog: Catalog) -> None:
    numbers = [each * 7919 % 1000 for each in range(300)]  # in no order
    await catalog.put_courses(*(course(f"L {each}") for each in numbers))
    found, _ = await page(catalog, "course", newest_first=True, page_size=1000)
    assert found == numbers[::-1]


@pytest.mark.parametrize("query", ["", "seminar", "semniar"])
@pytest.mark.parametrize("noun", LISTS)
async def test_a_page_up_to_its_end_is_what_it_has_become(catalog: Catalog, noun: str, query: str) -> None:
    await put(catalog, noun, 20, 30, 40, 50, 60)
    _, first = await page(catalog, noun, query=query, page_size=2)
    seen, second = await page(catalog, noun, query=query, page_size=2, page_token=first)
    assert seen == [40, 50]
    await put(catalog, noun, 25, 35, 45, 55)
    again = await page(catalog, noun, query=query, page_size=9, page_token=first, end_page_token=second)
    assert again == ([35, 40, 45, 50], "")
    start = await page(catalog, noun, query=query, page_size=9, end_page_token=first)
    assert start == ([20, 25, 30], "")


async def test_a_range_is_read_in_pages(catalog: Catalog) -> None:
    await put(catalog, "course", *range(10, 20))
    _, end = await page(catalog, "course", newest_first=True, page_size=7)
    some, middle = await page(catalog, "course", newest_first=True, page_size=4, end_page_token=end)
    more, last = await page(
        catalog, "course", newest_first=True, page_size=4, page_token=middle, end_page_token=end
    )
    assert (some, more, last) == ([19, 18, 17, 16], [15, 14, 13], "")


async def test_the_end_of_another_list_is_refused(catalog: Catalog) -> None:
    await put(catalog, "course", 1, 2)
    _, end = await page(catalog, "course", newest_first=True, page_size=1)
    with pytest.raises(Refused, match="page token"):
        await page(catalog, "course", end_page_token=end)


async def test_programs_are_found_by_name(catalog: Catalog) -> None:
    await catalog.put_programs(program("Law"), program("Law", level="graduate"), program("Law and Society"))
    answer = await catalog.call("program", "ListPrograms", name="Law")
    assert [(each.name, each.level) for each in answer.programs] == [
        ("Law", "graduate"),
        ("Law", "undergraduate"),
    ]


async def configure(catalog: Catalog, **settings: str) -> None:
    configs = [{"key": key, "value": value} for key, value in settings.items()]
    await catalog.call("app_config", "BatchUpsertAppConfigs", app_configs=configs)


@pytest.mark.parametrize(
    ("settings", "year"),
    [
        ({}, 2027),
        ({"current_term": "fall", "current_year": "2025"}, 2025),
        (
            {
                "current_term": "fall",
                "current_year": "2025",
                "next_term": "spring",
                "next_year": "2026",
            },
            2026,
        ),
        ({"next_term": "summer", "next_year": "2026"}, 2027),
        ({"next_term": "spring", "next_year": "soon"}, 2027),
    ],
)
async def test_a_class_number_alone_means_the_section_of_the_term_in_use(
    catalog: Catalog, settings: dict[str, str], year: int
) -> None:
    later = type(SPRING)(year=2027, season=SPRING.season)
    await catalog.put_offerings(*[offering(7, term=term) for term in (later, FALL, SPRING)], offering(8))
    if settings:
        await configure(catalog, **settings)
    answer = await catalog.answer("offering", "BatchGetMeantOfferings", class_numbers=[7, 9, 8, 7])
    found = [(each.class_number, each.term.year) for each in answer.message.offerings]
    assert found == [(7, year), (8, 2025)]
    assert list(answer.message.missing_class_numbers) == [9]
    assert "catalog.offerings/by_class_number/9" in answer.read_keys


async def test_a_setting_says_when_it_was_made(catalog: Catalog) -> None:
    await configure(catalog, current_term="fall")
    await configure(catalog, current_term="spring")
    setting = (await catalog.call("app_config", "GetAppConfig", key="current_term")).app_config
    assert setting.create_time.ToNanoseconds() < setting.update_time.ToNanoseconds()
