"""Sections: reading them."""

from __future__ import annotations

import pytest
from albertplus.catalog.v1 import offering_pb2
from grpc import StatusCode

from tests.catalog.client import FALL, NOBODY, SPRING, Catalog, offering, section
from tests.support.rpc import Refused

ONCE = {"first_date": "2025-12-16", "last_date": "2025-12-16"}
MEETINGS = [
    {"kind": "LE", "days": [2, 4], "start_minute": 0, "end_minute": 1440, "location": "Hall 109"},
    {
        "kind": "FI",
        "start_minute": 600,
        "end_minute": 710,
        "first_date": "2025-12-16",
        "last_date": "2025-12-16",
    },
    {},
]


async def test_a_section_is_read_as_it_was_ingested(catalog: Catalog) -> None:
    sent = offering(
        2**40,
        "CSCI-UA\u00a0101",
        title="Intro",
        description="Hello.",
        instructors=["Chen, A.", "Wu"],
        meetings=MEETINGS,
        status=offering_pb2.OFFERING_STATUS_WAITLIST,
        seats_total=30,
        seats_available=0,
        waitlist_count=5,
        corequisite=True,
        corequisite_of=7,
    )
    [result] = await catalog.put_offerings(sent)
    stored = await catalog.offering(2**40)
    assert (stored.id, stored.course_code, stored.term) == (result.id, "CSCI-UA 101", FALL)
    for field in ("title", "description", "instructors", "meetings", "status", "section", "level", "school"):
        assert getattr(stored, field) == getattr(sent, field)
    for field in ("seats_total", "seats_available", "waitlist_count", "corequisite", "corequisite_of"):
        assert getattr(stored, field) == getattr(sent, field)
    assert stored.HasField("seats_available")
    assert stored.update_time == stored.create_time


async def test_an_id_finds_the_section_and_depends_on_it_alone(catalog: Catalog) -> None:
    [result] = await catalog.put_offerings(offering(1))
    answer = await catalog.answer("offering", "GetOffering", id=result.id)
    assert answer.message.offering.class_number == 1
    assert answer.read_keys == {f"catalog.offerings/by_id/{result.id}"}


async def test_a_section_of_another_term_is_not_found(catalog: Catalog) -> None:
    await catalog.put_offerings(offering(1))
    with pytest.raises(Refused) as refused:
        await catalog.offering(1, SPRING)
    assert (refused.value.code, refused.value.reason) == (StatusCode.NOT_FOUND, "OFFERING_NOT_FOUND")
    assert refused.value.metadata == {"class_number": "1", "year": "2026", "season": "spring"}
    assert refused.value.reads is not None
    assert list(refused.value.reads.reads[0].keys) == ["catalog.offerings/by_section/2026/3/1"]


async def test_many_sections_of_several_terms_come_in_the_order_asked_for(catalog: Catalog) -> None:
    [one, two, three] = await catalog.put_offerings(offering(1), offering(2), offering(3, term=SPRING))
    answer = await catalog.answer(
        "offering",
        "BatchGetOfferings",
        ids=[two.id, NOBODY],
        sections=[section(3, SPRING), section(3), section(1), section(2)],
    )
    assert [each.id for each in answer.message.offerings] == [two.id, three.id, one.id]
    assert list(answer.message.missing_ids) == [NOBODY]
    assert list(answer.message.missing_sections) == [section(3)]
    assert "catalog.offerings/by_section/2025/5/3" in answer.read_keys


async def test_a_section_changed_announces_the_ways_it_is_read(catalog: Catalog) -> None:
    [result] = await catalog.put_offerings(offering(1, "A 1", corequisite_of=9))
    answer = await catalog.answer("offering", "BatchUpsertOfferings", offerings=[offering(1, "B 2")])
    assert {
        f"catalog.offerings/by_id/{result.id}",
        "catalog.offerings/by_section/2025/5",
        "catalog.offerings/by_section/2025/5/1",
        "catalog.offerings/by_course/A 1/2025/5",
        "catalog.offerings/by_course/B 2/2025/5",
        "catalog.offerings/by_corequisite_of/2025/5/9",
    } <= answer.written_keys


async def test_a_deleted_section_is_gone(catalog: Catalog) -> None:
    [result] = await catalog.put_offerings(offering(1))
    await catalog.call("offering", "DeleteOffering", id=result.id)
    assert await catalog.find_offerings() == []
    with pytest.raises(Refused) as refused:
        await catalog.call("offering", "DeleteOffering", id=result.id)
    assert refused.value.metadata == {"offering_id": result.id}


async def test_a_list_without_a_term_is_refused(catalog: Catalog) -> None:
    with pytest.raises(Refused) as refused:
        await catalog.call("offering", "ListOfferings")
    assert (refused.value.code, refused.value.fields) == (StatusCode.INVALID_ARGUMENT, ["term"])
