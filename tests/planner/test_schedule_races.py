"""Two tabs of one student at the same time: whatever the order, what a single tab could have made.

The tabs talk to two replicas, so that nothing but the database stands between them.
"""

from __future__ import annotations

from tests.planner.fake_catalog import ELEVEN, TEN, FakeCatalog
from tests.planner.student import Student, outcomes

ROUNDS = 8


async def test_of_many_conflicting_sections_one_is_added(
    alice: Student, other_tab: Student, catalog: FakeCatalog
) -> None:
    for number in range(1, ROUNDS + 1):
        catalog.teach(number)
    added, refusals = await outcomes(
        *(tab.add(number) for number in range(1, ROUNDS + 1) for tab in (alice, other_tab))
    )
    assert len(added) == 1
    assert {refusal.reason for refusal in refusals} <= {"TIME_CONFLICT", "ALREADY_SCHEDULED"}
    assert len(await alice.entries()) == 1


async def test_two_tabs_adding_conflicting_sections(
    alice: Student, other_tab: Student, catalog: FakeCatalog
) -> None:
    for number in range(ROUNDS):
        start = 60 * number
        first, second = (
            catalog.teach(each, start=start, end=start + 60) for each in (2 * number + 1, 2 * number + 2)
        )
        added, refusals = await outcomes(alice.add(first), other_tab.add(second))
        assert (len(added), [refusal.reason for refusal in refusals]) == (1, ["TIME_CONFLICT"])


async def test_two_tabs_adding_one_section_add_it_once(
    alice: Student, other_tab: Student, catalog: FakeCatalog
) -> None:
    for number in range(1, ROUNDS + 1):
        start = 60 * number
        catalog.teach(number, start=start, end=start + 60)
        added, refusals = await outcomes(alice.add(number), other_tab.add(number))
        assert (len(added), [refusal.reason for refusal in refusals]) == (1, ["ALREADY_SCHEDULED"])


async def test_a_swap_and_an_add_that_conflict(
    alice: Student, other_tab: Student, catalog: FakeCatalog
) -> None:
    main = await alice.add(catalog.teach(1))
    alternative = await alice.add(catalog.teach(2, start=TEN, end=ELEVEN), alternative_of=main)
    catalog.teach(3, start=TEN, end=ELEVEN)
    done, refusals = await outcomes(_swap(alice, alternative), other_tab.add(3))
    assert (len(done), [refusal.reason for refusal in refusals]) == (1, ["TIME_CONFLICT"])
    assert await alice.links() in ({1: 2, 2: None}, {1: None, 2: 1, 3: None})


async def test_an_alternative_of_a_main_that_is_being_removed(
    alice: Student, other_tab: Student, catalog: FakeCatalog
) -> None:
    main = await alice.add(catalog.teach(1))
    catalog.teach(2)
    _, refusals = await outcomes(alice.remove(main), other_tab.add(2, alternative_of=main))
    assert [refusal.reason for refusal in refusals] in ([], ["INVALID_ALTERNATIVE"])
    assert await alice.links() == ({} if refusals else {2: None})


async def test_two_swaps_leave_one_main(alice: Student, other_tab: Student, catalog: FakeCatalog) -> None:
    main = await alice.add(catalog.teach(1))
    others = [await alice.add(catalog.teach(number), alternative_of=main) for number in (2, 3)]
    await outcomes(_swap(alice, others[0]), _swap(other_tab, others[1]))
    assert list((await alice.links()).values()).count(None) == 1


async def test_students_do_not_hinder_each_other(alice: Student, bob: Student, catalog: FakeCatalog) -> None:
    numbers = [
        catalog.teach(number, start=60 * number, end=60 * number + 60) for number in range(1, ROUNDS + 1)
    ]
    _, refusals = await outcomes(*(who.add(number) for number in numbers for who in (alice, bob)))
    assert refusals == []


async def _swap(student: Student, entry: str) -> str:
    return (await student.swap(entry)).id
