"""A student's schedule: adding sections, and reading it."""

from __future__ import annotations

import grpc
import pytest
from albertplus.catalog.v1 import offering_pb2
from albertplus.planner.v1 import schedule_pb2
from google.rpc import error_details_pb2

from tests.planner.fake_catalog import ELEVEN, FALL, SPRING, TEN, FakeCatalog
from tests.planner.student import Student, refused

NOBODYS = "0199f4b2-6c1e-7d5a-9a57-0b1c2d3e4f50"


async def test_a_schedule_shows_the_sections_of_the_catalog(alice: Student, catalog: FakeCatalog) -> None:
    await alice.add(catalog.teach(1))
    (entry,) = await alice.entries()
    assert entry.offering.class_number == entry.class_number == 1
    assert entry.term == FALL
    assert not entry.HasField("alternative_of")
    assert entry.create_time.seconds


async def test_a_whole_schedule_takes_one_question(alice: Student, catalog: FakeCatalog) -> None:
    for number in range(1, 6):
        await alice.add(catalog.teach(number), force=True)
    catalog.questions = 0
    assert [entry.class_number for entry in await alice.entries()] == [1, 2, 3, 4, 5]
    assert catalog.questions == 1


async def test_a_section_gone_from_the_catalog_stays_in_the_schedule(
    alice: Student, catalog: FakeCatalog
) -> None:
    await alice.add(catalog.teach(1))
    catalog.drop(1)
    (entry,) = await alice.entries()
    assert entry.class_number == 1
    assert not entry.HasField("offering")


async def test_a_schedule_of_one_term(alice: Student, catalog: FakeCatalog) -> None:
    await alice.add(catalog.teach(1))
    await alice.add(catalog.teach(1, term=SPRING), term=SPRING)
    assert [entry.term for entry in await alice.entries(SPRING)] == [SPRING]
    assert len(await alice.entries()) == 2


async def test_a_section_twice(alice: Student, catalog: FakeCatalog) -> None:
    await alice.add(catalog.teach(1))
    catalog.drop(1)
    refusal = await refused(alice.add(1))
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.ALREADY_EXISTS, "ALREADY_SCHEDULED")
    assert refusal.metadata == {"class_number": "1", "year": "2024", "season": "fall"}


async def test_an_unknown_section(alice: Student, catalog: FakeCatalog) -> None:
    catalog.teach(1, term=SPRING)
    refusal = await refused(alice.add(1, force=True))
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.NOT_FOUND, "OFFERING_NOT_FOUND")
    assert refusal.metadata == {"class_number": "1", "year": "2024", "season": "fall"}


async def test_a_conflict_names_the_sections_in_order(alice: Student, catalog: FakeCatalog) -> None:
    for number in (7, 3, 5):
        await alice.add(catalog.teach(number), force=True)
    await alice.add(catalog.teach(4, start=TEN, end=ELEVEN))
    refusal = await refused(alice.add(catalog.teach(1)))
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "TIME_CONFLICT")
    assert refusal.metadata == {"class_numbers": "7,3,5"}
    assert [each.class_number for each in refusal.detail(schedule_pb2.TimeConflict).sections] == [7, 3, 5]
    assert [each.term for each in refusal.detail(schedule_pb2.TimeConflict).sections] == [FALL] * 3


async def test_force_adds_despite_a_conflict(alice: Student, catalog: FakeCatalog) -> None:
    await alice.add(catalog.teach(1))
    await alice.add(catalog.teach(2), force=True)
    assert await alice.links() == {1: None, 2: None}


async def test_sections_of_other_terms_are_in_nobodys_way(alice: Student, catalog: FakeCatalog) -> None:
    await alice.add(catalog.teach(1))
    await alice.add(catalog.teach(2, term=SPRING), term=SPRING)
    assert len(await alice.entries()) == 2


async def test_alternatives_are_in_nobodys_way(alice: Student, catalog: FakeCatalog) -> None:
    main = await alice.add(catalog.teach(1))
    await alice.add(catalog.teach(2, start=TEN, end=ELEVEN), alternative_of=main)
    await alice.add(catalog.teach(3, start=TEN, end=ELEVEN))
    assert await alice.links() == {1: None, 2: 1, 3: None}


async def test_cancelled_sections_and_those_gone_are_in_nobodys_way(
    alice: Student, catalog: FakeCatalog
) -> None:
    await alice.add(catalog.teach(1))
    await alice.add(catalog.teach(2), force=True)
    catalog.teach(1, status=offering_pb2.OFFERING_STATUS_CANCELLED)
    catalog.drop(2)
    await alice.add(catalog.teach(3))
    assert len(await alice.entries()) == 3


async def test_alternatives_are_listed_in_the_order_they_were_added(
    alice: Student, catalog: FakeCatalog
) -> None:
    main = await alice.add(catalog.teach(5))
    await alice.add(catalog.teach(9), alternative_of=main)
    other = await alice.add(catalog.teach(2), alternative_of=main)
    assert await alice.alternatives(main) == [9, 2]
    assert await alice.alternatives(other) == []


async def test_the_schedule_of_another_student_is_not_there(
    alice: Student, bob: Student, catalog: FakeCatalog
) -> None:
    entry = await alice.add(catalog.teach(1))
    assert await bob.entries() == []
    calls = (bob.remove, bob.swap, bob.alternatives, lambda each: bob.update(each, class_number=2))
    for call in calls:
        theirs, nobodys = await refused(call(entry)), await refused(call(NOBODYS))
        assert theirs.code == nobodys.code == grpc.StatusCode.NOT_FOUND
        assert theirs.metadata == {"entry_id": entry}
        assert nobodys.metadata == {"entry_id": NOBODYS}
    assert (await refused(bob.add(1, alternative_of=entry))).reason == "INVALID_ALTERNATIVE"


async def test_two_students_may_hold_one_section(alice: Student, bob: Student, catalog: FakeCatalog) -> None:
    await alice.add(catalog.teach(1))
    await bob.add(1)
    assert len(await bob.entries()) == 1


async def test_a_repeated_add_answers_what_the_first_did(alice: Student, catalog: FakeCatalog) -> None:
    first = await alice.add(catalog.teach(1), key="one")
    assert await alice.add(1, key="one") == first
    assert len(await alice.entries()) == 1


async def test_without_the_catalog_calls_that_need_it_say_try_later(
    alice: Student, catalog: FakeCatalog
) -> None:
    entry = await alice.add(catalog.teach(1))
    await catalog.stop()
    for call in (alice.entries(), alice.add(2), alice.update(entry, class_number=2)):
        refusal = await refused(call)
        assert refusal.code == grpc.StatusCode.UNAVAILABLE
        assert refusal.detail(error_details_pb2.RetryInfo).retry_delay.seconds > 0


async def test_without_the_catalog_an_empty_schedule_is_still_an_answer(
    alice: Student, catalog: FakeCatalog
) -> None:
    await catalog.stop()
    assert await alice.entries() == []


async def test_without_the_catalog_an_entry_can_be_removed(alice: Student, catalog: FakeCatalog) -> None:
    entry = await alice.add(catalog.teach(1))
    await catalog.stop()
    assert await alice.remove(entry) == ""
    assert await alice.entries() == []


@pytest.mark.parametrize("number", [0, -1])
async def test_a_class_number_is_positive(alice: Student, number: int) -> None:
    refusal = await refused(alice.add(number))
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_ARGUMENT")
