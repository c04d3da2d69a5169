"""Live queries through the gateway: what comes, when, and what does not."""

from __future__ import annotations

import pytest
from albertplus.planner.v1 import schedule_service_pb2

from tests.gateway.live_client import watch
from tests.gateway.rig import Rig
from tests.gateway.sections import (
    ADD_OFFERING,
    CLOSED,
    GET_OFFERING,
    GET_SCHEDULE,
    add,
    get_offering,
    get_schedule,
    load,
    statuses,
    take,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_the_first_update_answers_all_queries_of_start(rig: Rig) -> None:
    one, two = rig.sections(2)
    alice = rig.student()
    await load(rig, one, two)
    stream = rig.live(alice)
    await stream.start(
        watch(GET_OFFERING, get_offering(one), "one"), watch(GET_OFFERING, get_offering(two), "two")
    )
    first = await stream.update()
    assert {result.query_id for result in first.results} == {"one", "two"}
    assert all(result.response for result in first.results)


async def test_only_the_result_that_changed_is_sent_again(rig: Rig) -> None:
    one, two = rig.sections(2)
    alice = rig.student()
    await load(rig, one, two)
    stream = rig.live(alice)
    await stream.start(
        watch(GET_OFFERING, get_offering(one), "one"), watch(GET_OFFERING, get_offering(two), "two")
    )
    await stream.update()
    await load(rig, two, status=CLOSED)
    assert (await stream.result("two")).response


async def test_a_closed_section_shows_in_every_schedule_that_holds_it(rig: Rig) -> None:
    one = rig.section()
    alice = rig.student()
    await load(rig, one)
    await take(rig, alice, one)
    stream = rig.live(alice, gateway=1)
    await stream.start(watch(GET_SCHEDULE, get_schedule()))
    assert statuses((await stream.result()).response) == {one: "OFFERING_STATUS_OPEN"}
    await load(rig, one, status=CLOSED, gateway=0)
    assert statuses((await stream.result()).response) == {one: "OFFERING_STATUS_CLOSED"}


async def test_a_student_whose_schedule_is_not_touched_gets_nothing(rig: Rig) -> None:
    one, two = rig.sections(2)
    alice = rig.student()
    bob = rig.student()
    await load(rig, one, two)
    await take(rig, alice, one)
    await take(rig, bob, two)
    hers, his = rig.live(alice), rig.live(bob)
    for stream in (hers, his):
        await stream.start(watch(GET_SCHEDULE, get_schedule()))
        await stream.update()
    await load(rig, one, status=CLOSED)
    assert statuses((await hers.result()).response) == {one: "OFFERING_STATUS_CLOSED"}
    await load(rig, two, status=CLOSED)  # whatever bob got before would come before this
    assert statuses((await his.result()).response) == {two: "OFFERING_STATUS_CLOSED"}
    assert his.version == 2


async def test_an_equal_import_pushes_nothing(rig: Rig) -> None:
    one = rig.section()
    alice = rig.student()
    await load(rig, one)
    stream = rig.live(alice)
    await stream.start(watch(GET_OFFERING, get_offering(one)))
    await stream.update()
    await load(rig, one)
    await load(rig, one, status=CLOSED)
    assert (await stream.result()).response
    assert stream.version == 2


async def test_a_query_that_found_nothing_shows_what_appears(rig: Rig) -> None:
    one = rig.section()
    alice = rig.student()
    stream = rig.live(alice)
    await stream.start(watch(GET_OFFERING, get_offering(one)))
    assert (await stream.result()).error.code == 5  # NOT_FOUND
    await load(rig, one)
    assert (await stream.result()).response


async def test_a_query_watched_later_is_answered_at_once(rig: Rig) -> None:
    one = rig.section()
    alice = rig.student()
    await load(rig, one)
    stream = rig.live(alice)
    await stream.start()
    await stream.send(watch=watch(GET_OFFERING, get_offering(one)))
    assert (await stream.result()).response


async def test_nothing_comes_for_a_query_that_is_no_longer_watched(rig: Rig) -> None:
    one, two = rig.sections(2)
    alice = rig.student()
    await load(rig, one, two)
    stream = rig.live(alice)
    await stream.start(
        watch(GET_OFFERING, get_offering(one), "one"), watch(GET_OFFERING, get_offering(two), "two")
    )
    await stream.update()
    await stream.send(unwatch={"query_id": "one"})
    await stream.mutate("m", ADD_OFFERING, add(one))  # answered after the Unwatch before it
    await stream.outcome("m")
    await load(rig, one, two, status=CLOSED)
    assert (await stream.result("two")).response


async def test_a_mutation_is_reported_with_the_update_that_shows_it(rig: Rig) -> None:
    one = rig.section()
    alice = rig.student()
    await load(rig, one)
    stream = rig.live(alice)
    await stream.start(watch(GET_SCHEDULE, get_schedule()))
    await stream.update()
    await stream.mutate("m", ADD_OFFERING, add(one))
    outcome, update = await stream.outcome("m")
    assert schedule_service_pb2.AddOfferingResponse.FromString(outcome.response).entry.class_number == one
    assert [statuses(result.response) for result in update.results] == [{one: "OFFERING_STATUS_OPEN"}]


async def test_a_refused_mutation_says_why(rig: Rig) -> None:
    alice = rig.student()
    stream = rig.live(alice)
    await stream.start()
    await stream.mutate("m", ADD_OFFERING, add(9999))
    outcome, _ = await stream.outcome("m")
    assert outcome.error.code == 5  # NOT_FOUND


async def test_a_mutation_sent_again_in_a_continued_session_happens_once(rig: Rig) -> None:
    one = rig.section()
    alice = rig.student()
    await load(rig, one)
    first = rig.live(alice)
    await first.start()
    await first.mutate("m", ADD_OFFERING, add(one))
    before, _ = await first.outcome("m")
    second = rig.live(alice)
    await second.start(session_id=first.session_id)
    await second.mutate("m", ADD_OFFERING, add(one))
    after, _ = await second.outcome("m")
    assert after.response == before.response
