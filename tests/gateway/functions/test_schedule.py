"""userCourseOfferings: the schedule."""

from __future__ import annotations

from typing import Any

import pytest
import pytest_asyncio

from tests.gateway.functions.world import NOBODY, SPRING, World, offering, weekly

pytestmark = pytest.mark.asyncio(loop_scope="module")
ADD = "userCourseOfferings:addUserCourseOffering"
LIST = "userCourseOfferings:getUserCourseOfferings"
MAIN = "userCourseOfferings:getScheduleCourseOfferings"
ALTERNATIVES = "userCourseOfferings:getAlternativeCourses"
REMOVE = "userCourseOfferings:removeUserCourseOffering"
SWAP = "userCourseOfferings:swapWithAlternative"
UPDATE = "userCourseOfferings:updateUserCourseOffering"


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def sections(world: World) -> None:
    """Three that are at one time on Monday, one on Tuesday, one without times; 10 also in spring."""
    await world.put_offerings(*(offering(number, meetings=[weekly(1)]) for number in (1, 2, 3)))
    await world.put_offerings(offering(4, meetings=[weekly(2)]), offering(5))
    await world.put_offerings(offering(10), offering(10, term=SPRING, section="S"))
    await world.configure(next_term="fall", next_year="2025")


async def add(world: World, who: str, number: float, **more: Any) -> str:
    found: str = await world.value(ADD, {"classNumber": float(number), **more}, who=who)
    return found


async def shown(world: World, who: str, name: str = LIST, **args: Any) -> list[tuple[float, Any]]:
    found = await world.value(name, args, who=who)
    return [(each["classNumber"], each.get("alternativeOf")) for each in found]


async def test_a_section_is_added_and_shown(world: World) -> None:
    who = world.student()
    id_ = await add(world, who, 1)
    (row,) = await world.value(LIST, who=who)
    section = row.pop("courseOffering")
    assert (section["classNumber"], section["days"]) == (1.0, ["monday"])
    assert {**row, "_creationTime": 0} == {
        "_id": id_,
        "_creationTime": 0,
        "userId": who,
        "classNumber": 1.0,
    }
    assert await shown(world, world.student()) == []


@pytest.mark.parametrize("number", [999.0, 0.0, -1.0, 1.5, 1e300])
async def test_a_section_must_be_there(world: World, number: float) -> None:
    assert await world.data(ADD, {"classNumber": number}, who=world.student()) == "Course offering not found"


async def test_a_section_is_added_once(world: World) -> None:
    who = world.student()
    await add(world, who, 1)
    for more in ({}, {"forceAdd": True}):
        data = await world.data(ADD, {"classNumber": 1.0, **more}, who=who)
        assert data == "Course offering already added to user schedule"


async def test_times_that_conflict_are_told(world: World) -> None:
    who = world.student()
    await add(world, who, 1)
    await add(world, who, 2, forceAdd=True)
    await add(world, who, 4)
    data = await world.data(ADD, {"classNumber": 3.0}, who=who)
    assert data == {"type": "TIME_CONFLICT", "conflictingClassNumbers": [1.0, 2.0]}
    await add(world, who, 5)
    await add(world, who, 3, forceAdd=True)
    assert [number for number, _ in await shown(world, who)] == [1, 2, 4, 5, 3]


async def test_the_row_keeps_its_term(world: World) -> None:
    who = world.student()
    await add(world, who, 10)
    await world.configure(next_term="spring", next_year="2026")
    try:
        (row,) = await world.value(LIST, who=who)
        assert row["courseOffering"]["term"] == "fall"
        await add(world, who, 10)
        terms = [each["courseOffering"]["term"] for each in await world.value(LIST, who=who)]
        assert terms == ["fall", "spring"]
    finally:
        await world.configure(next_term="fall", next_year="2025")


async def test_a_mutation_that_is_sent_again_is_answered_again(world: World) -> None:
    who, args = world.student(), {"classNumber": 10.0}
    first = await world.run(ADD, args, who=who, key="once")
    await world.configure(next_term="spring", next_year="2026")
    try:
        again = await world.run(ADD, args, who=who, key="once")
    finally:
        await world.configure(next_term="fall", next_year="2025")
    assert first.value == again.value is not None
    assert len(await shown(world, who)) == 1


async def test_what_is_gone_from_the_catalog_is_left_out(world: World) -> None:
    who = world.student()
    (id_,) = await world.put_offerings(offering(50))
    await add(world, who, 50)
    await add(world, who, 1)
    await world.drop_offering(id_)
    assert await shown(world, who) == [(1.0, None)]
    assert await shown(world, who, MAIN) == [(1.0, None)]
    data = await world.data(ADD, {"classNumber": 50.0}, who=who)
    assert data == "Course offering already added to user schedule"
    await world.put_offerings(offering(50))
    assert await shown(world, who) == [(50.0, None), (1.0, None)]


async def test_alternatives_take_no_time(world: World) -> None:
    who = world.student()
    main = await add(world, who, 1)
    await add(world, who, 2, alternativeOf=main)
    assert await shown(world, who) == [(1.0, None), (2.0, main)]
    assert await shown(world, who, MAIN) == [(1.0, None)]
    assert await shown(world, who, ALTERNATIVES, userCourseOfferingId=main) == [(2.0, main)]
    assert await shown(world, world.student(), ALTERNATIVES, userCourseOfferingId=main) == []
    assert await shown(world, who, ALTERNATIVES, userCourseOfferingId=NOBODY) == []


async def test_an_alternative_needs_a_main_of_ones_own(world: World) -> None:
    main = await add(world, world.student(), 1)
    args = {"classNumber": 2.0, "alternativeOf": main}
    assert await world.data(ADD, args, who=world.student()) == "Main course not found or unauthorized"


async def test_an_alternative_becomes_the_main(world: World) -> None:
    who = world.student()
    main = await add(world, who, 1)
    two = await add(world, who, 2, alternativeOf=main)
    three = await add(world, who, 3, alternativeOf=main)
    assert await world.value(SWAP, {"alternativeId": two}, who=who) is None
    assert await shown(world, who) == [(1.0, two), (2.0, None), (3.0, two)]
    assert await world.value(SWAP, {"alternativeId": three}, who=who) is None
    assert await shown(world, who, MAIN) == [(3.0, None)]


async def test_what_cannot_be_swapped_is_said(world: World) -> None:
    who = world.student()
    main = await add(world, who, 1)
    said = "This course is not an alternative of another course"
    assert await world.data(SWAP, {"alternativeId": main}, who=who) == said
    said = "Alternative course not found or unauthorized"
    assert await world.data(SWAP, {"alternativeId": main}, who=world.student()) == said
    assert await world.data(SWAP, {"alternativeId": NOBODY}, who=who) == said


async def test_removing_a_main_promotes_its_alternative(world: World) -> None:
    who = world.student()
    main = await add(world, who, 1)
    await add(world, who, 2, alternativeOf=main)
    assert await world.value(REMOVE, {"id": main}, who=who) is None
    assert await shown(world, who) == [(2.0, None)]


async def test_a_section_is_replaced_whatever_time_it_takes(world: World) -> None:
    who = world.student()
    await add(world, who, 1)
    id_ = await add(world, who, 4)
    assert await world.value(UPDATE, {"id": id_, "classNumber": 2.0}, who=who) is None
    assert [number for number, _ in await shown(world, who)] == [1, 2]
    main = (await world.value(LIST, who=who))[0]["_id"]
    await world.value(UPDATE, {"id": id_, "classNumber": 2.0, "alternativeOf": main}, who=who)
    assert await shown(world, who) == [(1.0, None), (2.0, main)]
    data = await world.data(UPDATE, {"id": id_, "classNumber": 1.0}, who=who)
    assert data == "Course offering already added to user schedule"
    assert await world.data(UPDATE, {"id": id_, "classNumber": 999.0}, who=who) == "Course offering not found"
    assert (await world.failure(UPDATE, {"id": id_, "classNumber": 0.5}, who=who)).text.endswith("not found")


@pytest.mark.parametrize(("name", "more"), [(REMOVE, {}), (UPDATE, {"classNumber": 5.0})])
async def test_the_entries_of_others_do_not_exist(world: World, name: str, more: dict[str, Any]) -> None:
    id_ = await add(world, world.student(), 1)
    for each in (id_, NOBODY):
        failure = await world.failure(name, {"id": each, **more}, who=world.student())
        assert failure.text == "Uncaught Error: User course offering not found or unauthorized"
        assert failure.data is None
