"""How much one client may have under way, and how many clients there may be: settings, and counted."""

from __future__ import annotations

from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from gateway.convex.limits import ConvexLimits
from gateway.limit_settings import LimitSettings
from tests.gateway.convex.rig import Rig, added
from tests.gateway.convex.served import Served, greeting, hear, query_set, say
from tests.gateway.convex.test_floods import met

SMALL = ConvexLimits(connections=1, calls=2, call_bytes=1_000, watched_bytes=1_000)


async def test_a_client_with_as_many_calls_as_may_be_is_listened_to_again_later(rig: Rig) -> None:
    client, before = rig.client(limits=SMALL), met("calls_per_session")
    rig.holds = True
    client.mutate(0, "noop")
    assert client.session.is_listening
    client.say(type="Action", requestId=1, udfPath="test:act", args=[{}])
    assert not client.session.is_listening
    assert met("calls_per_session") == before + 1
    await rig.settle()
    await rig.release()
    await client.receive()
    assert client.session.is_listening


async def test_a_client_with_too_long_calls_is_listened_to_again_later(rig: Rig) -> None:
    client, before = rig.client(limits=SMALL), met("call_bytes_per_session")
    client.mutate(0, "send", channel="x", body="b" * 1_000)
    assert not client.session.is_listening
    assert met("call_bytes_per_session") == before + 1
    await client.receive()
    assert client.session.is_listening


async def test_a_client_that_watches_what_takes_too_long_to_say_is_sent_away(rig: Rig) -> None:
    client, before = rig.client(limits=SMALL), met("watched_bytes_per_session")
    client.modify(added(0, "echo", {"x": "y" * 1_000}))
    await client.receive()
    assert client.end is not None
    assert (client.end.code, client.end.reason) == (1013, "TooManyConcurrentRequests")
    assert met("watched_bytes_per_session") == before + 1


async def test_one_connection_more_than_may_be_is_sent_away_until_there_is_room() -> None:
    before = met("sockets")
    async with Served(limits=SMALL).running() as served:
        async with served.socket() as first:
            await say(first, greeting(), query_set())
            await hear(first)
            async with served.socket() as second:
                with pytest.raises(ConnectionClosed) as closed:
                    await second.recv()
            assert closed.value.rcvd is not None
            assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (1013, "TooManyConcurrentRequests")
            assert met("sockets") == before + 1
        await served.door.wait_empty()
        async with served.socket() as third:
            await say(third, greeting(), query_set())
            await hear(third)


def test_each_is_what_its_setting_says() -> None:
    values: dict[str, Any] = {
        "max_sockets": 1,
        "calls_per_session": 2,
        "call_bytes_per_session": 3,
        "watched_bytes_per_session": 4,
    }
    assert ConvexLimits.of(LimitSettings.model_construct(**values)) == ConvexLimits(1, 2, 3, 4)
    defaults = {name: LimitSettings.model_fields[name].default for name in values}
    assert ConvexLimits(*defaults.values()) == ConvexLimits()
