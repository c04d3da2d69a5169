"""Batches: what becomes of each item, and that nothing is written without need."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from albertplus.catalog.v1 import offering_pb2, term_pb2
from grpc import StatusCode

from tests.catalog.client import FALL, SPRING, Catalog, course, offering, outcomes
from tests.support.rpc import Refused

CLOSED = offering_pb2.OFFERING_STATUS_CLOSED


async def test_each_item_of_a_batch_gets_its_own_answer(catalog: Catalog) -> None:
    await catalog.put_offerings(offering(1), offering(2))
    results = await catalog.put_offerings(
        offering(1),
        offering(2, status=CLOSED),
        offering(3),
        offering(0),
        offering(4),
        offering(4, section="2"),
    )
    assert outcomes(results) == ["UNCHANGED", "CHANGED", "CREATED", "REFUSED", "SUPERSEDED", "CREATED"]
    assert [each.index for each in results] == [0, 1, 2, 3, 4, 5]
    assert [bool(each.id) for each in results] == [True, True, True, False, False, True]
    assert [each.field for each in results[3].violations] == ["class_number"]


async def test_of_a_class_number_twice_in_one_batch_the_last_valid_one_wins(catalog: Catalog) -> None:
    results = await catalog.put_offerings(
        offering(1, section="a"), offering(1, section="b"), offering(1, section="c", school=" ")
    )
    assert outcomes(results) == ["SUPERSEDED", "CREATED", "REFUSED"]
    assert (await catalog.offering(1)).section == "b"


async def test_one_class_number_in_two_terms_is_two_sections(catalog: Catalog) -> None:
    results = await catalog.put_offerings(offering(1), offering(1, term=SPRING, section="s"))
    assert outcomes(results) == ["CREATED", "CREATED"]
    assert (await catalog.offering(1)).section == "001"
    assert (await catalog.offering(1, SPRING)).section == "s"


async def test_the_same_batch_again_writes_no_row_and_announces_nothing(catalog: Catalog) -> None:
    batch = [
        offering(
            1, instructors=["A", "B"], meetings=[{"days": [1, 3], "start_minute": 600, "end_minute": 675}]
        ),
        offering(2, seats_total=5, seats_available=0, corequisite=True, corequisite_of=1),
    ]
    await catalog.put_offerings(*batch)
    before = catalog.sql("select id, xmin, xmax, ctid, update_time from offerings order by id")
    answer = await catalog.answer("offering", "BatchUpsertOfferings", offerings=batch)
    assert outcomes(answer.message.results) == ["UNCHANGED", "UNCHANGED"]
    assert answer.written_keys == set()
    assert catalog.sql("select id, xmin, xmax, ctid, update_time from offerings order by id") == before


async def test_only_rows_that_differ_are_written(catalog: Catalog) -> None:
    await catalog.put_courses(course("A 1"), course("B 2"))
    [untouched] = catalog.sql("select xmin, ctid from courses where code = 'A 1'")
    await catalog.put_courses(course("A 1"), course("B 2", title="New"))
    assert catalog.sql("select xmin, ctid from courses where code = 'A 1'") == [untouched]
    assert (await catalog.course("B 2")).title == "New"


async def test_days_in_another_order_are_no_change(catalog: Catalog) -> None:
    await catalog.put_offerings(offering(1, meetings=[{"days": [1, 3], "kind": "LE"}]))
    results = await catalog.put_offerings(offering(1, meetings=[{"days": [3, 1], "kind": " LE"}]))
    assert outcomes(results) == ["UNCHANGED"]


async def test_a_dry_run_says_what_would_happen_and_writes_nothing(catalog: Catalog) -> None:
    [stored] = await catalog.put_offerings(offering(1))
    answer = await catalog.answer(
        "offering",
        "BatchUpsertOfferings",
        offerings=[offering(1, status=CLOSED), offering(2), offering(3, level="?")],
        dry_run=True,
    )
    assert outcomes(answer.message.results) == ["CHANGED", "CREATED", "REFUSED"]
    assert [each.id for each in answer.message.results] == [stored.id, "", ""]
    assert answer.written_keys == set()
    assert await catalog.find_offerings() == [1]
    assert (await catalog.offering(1)).status != CLOSED


async def test_what_a_section_no_longer_says_is_cleared(catalog: Catalog) -> None:
    full = offering(
        1,
        title="T",
        instructors=["A"],
        meetings=[{"days": [1], "location": "Here", "first_date": "2025-09-02", "last_date": "2025-12-12"}],
        seats_total=10,
        seats_available=0,
        waitlist_count=3,
        corequisite_of=7,
    )
    await catalog.put_offerings(full)
    await catalog.put_offerings(offering(1))
    stored = await catalog.offering(1)
    assert (stored.title, list(stored.instructors), list(stored.meetings)) == ("", [], [])
    for field in ("seats_total", "seats_available", "waitlist_count", "corequisite_of"):
        assert not stored.HasField(field)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"term": term_pb2.Term(year=2025)}, "term.season"),
        ({"term": {"year": 2025, "season": 17}}, "term.season"),
        ({"term": {"year": 25, "season": 5}}, "term.year"),
        ({"meetings": [{"start_minute": 700, "end_minute": 600}]}, "meetings[0]"),
        ({"meetings": [{"start_minute": 700}]}, "meetings[0]"),
        ({"meetings": [{"first_date": "2025-02-30", "last_date": "2025-02-30"}]}, "meetings[0].first_date"),
        ({"meetings": [{"days": [1, 1]}]}, "meetings[0].days"),
        ({"status": 0}, "status"),
        ({"course_code": "\u00a0"}, "course_code"),
        ({"seats_total": 1, "seats_available": 2}, ""),
        ({"corequisite_of": 1}, ""),
        ({"description": "a\0b"}, "description"),
        ({"instructors": ["a", "b\0"]}, "instructors[1]"),
    ],
)
async def test_a_section_that_breaks_a_rule_is_refused_and_says_where(
    catalog: Catalog, values: dict[str, Any], field: str
) -> None:
    results = await catalog.put_offerings(offering(1, **values), offering(2))
    assert outcomes(results) == ["REFUSED", "CREATED"]
    assert field in [each.field for each in results[0].violations]
    assert all(each.description for each in results[0].violations)


@pytest.mark.parametrize("count", [0, 1001])
async def test_a_batch_is_neither_empty_nor_larger_than_a_thousand(catalog: Catalog, count: int) -> None:
    with pytest.raises(Refused) as refused:
        await catalog.put_offerings(*[offering(number + 1) for number in range(count)])
    assert (refused.value.code, refused.value.fields) == (StatusCode.INVALID_ARGUMENT, ["offerings"])
    assert await catalog.find_offerings() == []


async def test_two_batches_at_once_with_the_same_new_sections_create_them_once(catalog: Catalog) -> None:
    batch = [offering(number) for number in range(1, 51)]
    both = await asyncio.gather(*(catalog.put_offerings(*batch) for _ in range(4)))
    assert catalog.sql("select count(*) from offerings") == [(50,)]
    assert sum(outcomes(results).count("CREATED") for results in both) == 50


async def test_a_status_that_changes_is_a_fact(catalog: Catalog) -> None:
    await catalog.put_offerings(offering(1), offering(2))
    [result, _] = await catalog.put_offerings(offering(1, status=CLOSED), offering(2, section="x"))
    facts = "select subject, payload->>'before', payload->>'after', payload->>'season' from facts"
    assert catalog.sql(facts) == [(result.id, "open", "closed", "fall")]


async def test_the_database_itself_keeps_natural_keys_unique(catalog: Catalog) -> None:
    await catalog.put_offerings(offering(1))
    with pytest.raises(Exception, match="offerings_section"):
        catalog.sql(
            "insert into offerings (course_code, class_number, year, season, section, title, description, "
            "level, school, instructors, meetings, status, corequisite) select course_code, class_number, "
            "year, season, section, title, description, level, school, instructors, meetings, status, "
            "corequisite from offerings"
        )


async def test_a_missing_section_is_removed_after_a_complete_run(catalog: Catalog) -> None:
    await catalog.put_offerings(*[offering(number) for number in range(1, 11)], offering(99, school="Law"))
    await catalog.put_offerings(offering(1, term=SPRING))
    request = {"term": FALL, "school": "Arts", "class_numbers": range(1, 10)}
    answer = await catalog.call("offering", "RemoveMissingOfferings", **request)
    assert answer.removed == 1
    assert await catalog.find_offerings() == [*range(1, 10), 99]
    assert (await catalog.call("offering", "RemoveMissingOfferings", **request)).removed == 0


async def test_a_run_that_would_drop_much_of_a_term_removes_nothing(catalog: Catalog) -> None:
    await catalog.put_offerings(*[offering(number) for number in range(1, 11)])
    with pytest.raises(Refused) as refused:
        await catalog.call("offering", "RemoveMissingOfferings", term=FALL, class_numbers=range(1, 8))
    assert (refused.value.code, refused.value.reason) == (StatusCode.FAILED_PRECONDITION, "TOO_MANY_REMOVED")
    assert refused.value.metadata == {"would_remove": "3", "total": "10", "max_removed_fraction": "0.2"}
    assert len(await catalog.find_offerings()) == 10
    allowed = {"term": FALL, "class_numbers": range(1, 8), "max_removed_fraction": 0.3}
    assert (await catalog.call("offering", "RemoveMissingOfferings", **allowed)).removed == 3


async def test_a_request_that_is_too_large_is_refused_and_writes_nothing(catalog: Catalog) -> None:
    batch = [offering(number, description="x" * 20_000) for number in range(1, 301)]  # six million bytes
    with pytest.raises(Refused) as refused:
        await catalog.put_offerings(*batch)
    assert refused.value.code is StatusCode.RESOURCE_EXHAUSTED
    assert await catalog.find_offerings() == []
