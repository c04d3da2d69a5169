"""Reconnecting: what a client still holds is not sent again, and never anything older."""

from __future__ import annotations

import pytest

from tests.gateway.live_client import watch
from tests.gateway.rig import Rig
from tests.gateway.sections import CLOSED, GET_OFFERING, GET_SCHEDULE, get_offering, get_schedule, load, take

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_result_that_did_not_change_is_called_unchanged(rig: Rig) -> None:
    one = rig.section()
    await load(rig, one)
    first = rig.live(rig.student())
    await first.start(watch(GET_OFFERING, get_offering(one)))
    await first.result()
    second = rig.live(rig.student(), gateway=1)
    await second.start(watch(GET_OFFERING, get_offering(one), token=first.tokens["q"]))
    assert (await second.result()).unchanged


async def test_a_result_that_changed_while_away_comes_whole(rig: Rig) -> None:
    one = rig.section()
    await load(rig, one)
    first = rig.live(rig.student())
    await first.start(watch(GET_OFFERING, get_offering(one)))
    before = await first.result()
    first.close()
    await load(rig, one, status=CLOSED)
    second = rig.live(rig.student(), gateway=1)
    await second.start(watch(GET_OFFERING, get_offering(one), token=before.resume_token))
    after = await second.result()
    assert after.response
    assert after.response != before.response


async def test_a_resumed_query_goes_on_with_what_changes_next(rig: Rig) -> None:
    one = rig.section()
    await load(rig, one)
    first = rig.live(rig.student())
    await first.start(watch(GET_OFFERING, get_offering(one)))
    await first.result()
    second = rig.live(rig.student())
    await second.start(watch(GET_OFFERING, get_offering(one), token=first.tokens["q"]))
    await second.result()
    await load(rig, one, status=CLOSED)
    assert (await second.result()).response


async def test_an_error_can_be_resumed_too(rig: Rig) -> None:
    one = rig.section()
    first = rig.live(rig.student())
    await first.start(watch(GET_OFFERING, get_offering(one)))
    assert (await first.result()).HasField("error")
    second = rig.live(rig.student())
    await second.start(watch(GET_OFFERING, get_offering(one), token=first.tokens["q"]))
    assert (await second.result()).unchanged


async def test_the_token_of_somebody_elses_result_shows_nothing_of_it(rig: Rig) -> None:
    one, alice, bob = rig.section(), rig.student(), rig.student()
    await load(rig, one)
    await take(rig, alice, one)
    hers = rig.live(alice)
    await hers.start(watch(GET_SCHEDULE, get_schedule()))
    await hers.result()
    his = rig.live(bob)
    await his.start(watch(GET_SCHEDULE, get_schedule(), token=hers.tokens["q"]))
    assert (await his.result()).response == b""
