"""A student's schedule: alternatives, changing, swapping and removing entries."""

from __future__ import annotations

import grpc
import pytest
from albertplus.catalog.v1 import offering_pb2

from tests.planner.fake_catalog import ELEVEN, FALL, SPRING, TEN, FakeCatalog
from tests.planner.student import Student, refused

NOBODYS = "0199f4b2-6c1e-7d5a-9a57-0b1c2d3e4f50"


@pytest.fixture
async def main(alice: Student, catalog: FakeCatalog) -> str:
    """Section 1 on Monday at nine, with the alternatives 2, 3 and 4, the first two at ten."""
    main = await alice.add(catalog.teach(1))
    for number in (2, 3):
        await alice.add(catalog.teach(number, start=TEN, end=ELEVEN), alternative_of=main)
    await alice.add(catalog.teach(4), alternative_of=main)
    return main


async def entry_id(student: Student, number: int) -> str:
    """The id of the entry that holds a section."""
    return next(entry.id for entry in await student.entries() if entry.class_number == number)


async def test_swapping_keeps_every_other_alternative(alice: Student, main: str) -> None:
    swapped = await alice.swap(await entry_id(alice, 3))
    assert swapped.class_number == swapped.offering.class_number == 3
    assert not swapped.HasField("alternative_of")
    assert await alice.links() == {1: 3, 2: 3, 3: None, 4: 3}


async def test_swapping_back_restores_the_schedule(alice: Student, main: str) -> None:
    before = await alice.links()
    await alice.swap(await entry_id(alice, 3))
    await alice.swap(main)
    assert await alice.links() == before


async def test_swapping_checks_conflicts(alice: Student, catalog: FakeCatalog, main: str) -> None:
    await alice.add(catalog.teach(9, start=TEN, end=ELEVEN))
    refusal = await refused(alice.swap(await entry_id(alice, 2)))
    assert (refusal.reason, refusal.metadata) == ("TIME_CONFLICT", {"class_numbers": "9"})
    assert (await alice.links())[1] is None
    await alice.swap(await entry_id(alice, 2), force=True)
    assert (await alice.links())[2] is None


async def test_swapping_ignores_the_main_it_swaps_out(alice: Student, main: str) -> None:
    assert (await alice.swap(await entry_id(alice, 4))).class_number == 4


async def test_swapping_in_a_main_entry(alice: Student, main: str) -> None:
    refusal = await refused(alice.swap(main))
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "NOT_AN_ALTERNATIVE")
    assert refusal.metadata == {"entry_id": main}


async def test_removing_a_main_promotes_its_first_alternative(alice: Student, main: str) -> None:
    second = await entry_id(alice, 2)
    assert await alice.remove(main) == second
    assert await alice.links() == {2: None, 3: 2, 4: 2}


async def test_removing_a_main_passes_over_alternatives_that_conflict(
    alice: Student, catalog: FakeCatalog, main: str
) -> None:
    await alice.add(catalog.teach(9, start=TEN, end=ELEVEN))
    await alice.remove(main)
    assert await alice.links() == {2: 4, 3: 4, 4: None, 9: None}


async def test_removing_a_main_passes_over_sections_that_are_not_taught(
    alice: Student, catalog: FakeCatalog, main: str
) -> None:
    catalog.drop(2)
    catalog.teach(3, status=offering_pb2.OFFERING_STATUS_CANCELLED)
    await alice.remove(main)
    assert await alice.links() == {2: 4, 3: 4, 4: None}


async def test_removing_a_main_loses_no_alternative_even_if_all_conflict(
    alice: Student, catalog: FakeCatalog, main: str
) -> None:
    await alice.add(catalog.teach(9, start=TEN, end=ELEVEN))
    await alice.add(catalog.teach(8), force=True)
    await alice.remove(main)
    assert await alice.links() == {2: None, 3: 2, 4: 2, 8: None, 9: None}


async def test_removing_an_alternative_leaves_the_others(alice: Student, main: str) -> None:
    assert await alice.remove(await entry_id(alice, 3)) == ""
    assert await alice.links() == {1: None, 2: 1, 4: 1}


async def test_an_alternative_becomes_a_main_when_the_mask_clears_it(
    alice: Student, catalog: FakeCatalog, main: str
) -> None:
    entry = await alice.update(await entry_id(alice, 2), "alternative_of")
    assert not entry.HasField("alternative_of")
    assert entry.offering.class_number == 2
    assert await alice.links() == {1: None, 2: None, 3: 1, 4: 1}


async def test_clearing_an_alternative_checks_conflicts(alice: Student, main: str) -> None:
    fourth = await entry_id(alice, 4)
    refusal = await refused(alice.update(fourth, "alternative_of"))
    assert (refusal.reason, refusal.metadata) == ("TIME_CONFLICT", {"class_numbers": "1"})
    await alice.update(fourth, "alternative_of", force=True)
    assert (await alice.links())[4] is None


async def test_another_section_in_place_of_the_main_keeps_its_alternatives(
    alice: Student, catalog: FakeCatalog, main: str
) -> None:
    entry = await alice.update(main, class_number=catalog.teach(5))
    assert entry.id == main
    assert await alice.links() == {5: None, 2: 5, 3: 5, 4: 5}


async def test_another_section_is_checked_like_a_new_one(
    alice: Student, catalog: FakeCatalog, main: str
) -> None:
    other = await alice.add(catalog.teach(9, start=TEN, end=ELEVEN))
    assert (await refused(alice.update(other, class_number=1))).reason == "ALREADY_SCHEDULED"
    assert (await refused(alice.update(other, class_number=77))).reason == "OFFERING_NOT_FOUND"
    refusal = await refused(alice.update(other, class_number=catalog.teach(5)))
    assert (refusal.reason, refusal.metadata) == ("TIME_CONFLICT", {"class_numbers": "1"})
    assert (await alice.update(other, class_number=5, force=True)).class_number == 5


async def test_fields_outside_of_the_mask_are_left_alone(
    alice: Student, catalog: FakeCatalog, main: str
) -> None:
    catalog.teach(5, start=TEN, end=ELEVEN)
    second = await entry_id(alice, 2)
    assert (await alice.update(second, class_number=5)).alternative_of == main


async def test_a_main_that_moves_to_another_term_leaves_its_alternatives(
    alice: Student, catalog: FakeCatalog, main: str
) -> None:
    catalog.teach(1, term=SPRING)
    assert (await alice.update(main, term=SPRING)).term == SPRING
    assert await alice.links() == {1: None, 2: None, 3: 2, 4: 2}


async def test_an_alternative_that_moves_to_another_term_becomes_a_main(
    alice: Student, catalog: FakeCatalog, main: str
) -> None:
    catalog.teach(2, term=SPRING)
    assert not (await alice.update(await entry_id(alice, 2), term=SPRING)).HasField("alternative_of")


async def test_a_change_to_the_same_values_is_no_change(alice: Student, catalog: FakeCatalog) -> None:
    await alice.add(catalog.teach(1))
    second = await alice.add(catalog.teach(2), force=True)
    assert (await alice.update(second, "alternative_of", class_number=2, term=FALL)).id == second


async def test_what_cannot_be_an_alternative(alice: Student, catalog: FakeCatalog, main: str) -> None:
    second = await entry_id(alice, 2)
    other = await alice.add(catalog.teach(7, start=TEN, end=ELEVEN))
    catalog.teach(8, term=SPRING)
    calls = {
        "you have no such row": alice.update(other, alternative_of=NOBODYS),
        "it is the same row": alice.update(other, alternative_of=other),
        "that is in another term": alice.add(8, alternative_of=main, term=SPRING),
        "that is an alternative itself": alice.update(other, alternative_of=second),
        "it has alternatives of its own": alice.update(main, alternative_of=other),
    }
    for problem, call in calls.items():
        refusal = await refused(call)
        assert (refusal.code, refusal.reason) == (
            grpc.StatusCode.FAILED_PRECONDITION,
            "INVALID_ALTERNATIVE",
        )
        assert problem in refusal.message


@pytest.mark.parametrize("paths", [(), ("id",), ("class_number",), ("term",)])
async def test_masks_that_are_refused(alice: Student, main: str, paths: tuple[str, ...]) -> None:
    assert (await refused(alice.update(main, *paths))).reason == "INVALID_ARGUMENT"


async def test_an_id_may_be_written_in_capitals(alice: Student, main: str) -> None:
    assert await alice.alternatives(main.upper()) == [2, 3, 4]
