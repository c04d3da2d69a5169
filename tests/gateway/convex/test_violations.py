"""Messages that break the protocol: the answer it has for them, and nobody else notices."""

import json
from typing import Any

import pytest

from gateway.convex.clock import to_wire
from gateway.convex.messages import BadMessage, parse
from tests.gateway.convex.rig import Rig, added, removed

CONNECT = {"type": "Connect", "sessionId": "0f0e0d0c-0000-4000-8000-000000000000", "clientTs": 1}
CALL = {"type": "Mutation", "requestId": 0, "udfPath": "a:b", "args": [{}]}


def changing(**fields: Any) -> dict[str, Any]:
    """A change of the query set."""
    return {"type": "ModifyQuerySet", "baseVersion": 0, "newVersion": 1, "modifications": []} | fields


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "[]",
        "null",
        '"Connect"',
        "{}",
        "[" * 100_000,
        '{"\\u0000":' * 50_000,
        '{"type":"Connect","sessionId":NaN,"\\u0020":1}',
        *(
            json.dumps(message)
            for message in (
                {"type": "Unheard"},
                {"type": 5},
                CONNECT | {"sessionId": "me"},
                CONNECT | {"sessionId": None},
                CONNECT | {"maxObservedTimestamp": "x"},
                CONNECT | {"maxObservedTimestamp": "//////////8="},
                CONNECT | {"maxObservedTimestamp": 5},
                CALL | {"requestId": -1},
                CALL | {"requestId": 2**32},
                CALL | {"requestId": True},
                CALL | {"requestId": 1.5},
                CALL | {"udfPath": None},
                CALL | {"args": {}},
                CALL | {"componentPath": 5},
                changing(baseVersion=None),
                changing(modifications={}),
                changing(modifications=[5]),
                changing(modifications=[{"type": "Change", "queryId": 0}]),
                changing(modifications=[{"type": "Remove"}]),
                changing(modifications=[{"type": "Add", "queryId": 0, "udfPath": "a", "args": None}]),
                {"type": "Authenticate", "tokenType": "User", "baseVersion": 0},
                {"type": "Authenticate", "tokenType": "Root", "value": "", "baseVersion": 0},
                {"type": "Authenticate", "tokenType": "None"},
            )
        ),
    ],
)
def test_what_is_no_message_is_refused(text: str) -> None:
    with pytest.raises(BadMessage):
        parse(text)


def test_a_clock_that_is_no_number_is_no_reason_to_refuse() -> None:
    assert parse(json.dumps(CONNECT | {"clientTs": "soon"})).client_ts is None  # type: ignore[union-attr]
    assert parse(json.dumps(CONNECT | {"maxObservedTimestamp": to_wire(5)})).max_observed == 5  # type: ignore[union-attr]


@pytest.mark.parametrize("said", ["nonsense", '{"type":"Unheard"}', json.dumps(CONNECT), None])
async def test_such_a_message_is_fatal_for_its_connection_alone(rig: Rig, said: str | None) -> None:
    bad, good = rig.client(), rig.client()
    good.watch(0, "count", {"channel": "x"})
    await good.receive()
    if said is None:
        bad.session.receive_binary()
    else:
        bad.session.receive(said)
    (frame,) = await bad.receive()
    assert frame["type"] == "FatalError"
    assert bad.end is not None
    await rig.write("x", "one")
    await good.receive()
    assert good.values == {0: 1}


async def test_the_first_message_has_to_be_connect(rig: Rig) -> None:
    client = rig.client(connect=False)
    client.modify()
    (frame,) = await client.receive()
    assert frame["type"] == "FatalError"


@pytest.mark.parametrize(("base", "new"), [(5, 6), (1, 1), (1, 0), (0, 1)])
async def test_a_query_set_of_another_version_is_fatal(rig: Rig, base: int, new: int) -> None:
    client = rig.client()
    client.modify()
    await client.receive()
    client.say(**changing(baseVersion=base, newVersion=new))
    (frame,) = await client.receive()
    assert frame["type"] == "FatalError"
    assert "BaseVersionMismatch" in frame["error"]


async def test_telemetry_is_ignored(rig: Rig) -> None:
    client = rig.client()
    client.say(type="Event", eventType="ClientConnect", event=[1, {}])
    client.modify()
    (step,) = await client.receive()
    assert step["type"] == "Transition"


async def test_a_component_is_an_unknown_function(rig: Rig) -> None:
    client = rig.client()
    client.say(type="Mutation", requestId=0, udfPath="test:noop", componentPath="a/b", args=[{}])
    await client.receive()
    assert "Could not find public function" in client.last("MutationResponse")["result"]


async def test_nothing_follows_the_end(rig: Rig) -> None:
    client = rig.client()
    client.watch(0, "count", {"channel": "x"})
    client.session.receive("nonsense")
    await rig.write("x", "one")
    assert [frame["type"] for frame in await client.receive()] == ["FatalError"]
    assert not client.session.is_listening


async def test_a_draining_gateway_answers_first_and_then_says_restart(rig: Rig) -> None:
    idle, busy = rig.client(), rig.client()
    rig.holds = True
    busy.mutate(0, "noop")
    await rig.settle()
    for client in (idle, busy):
        client.session.drain()
        await client.receive()
    assert idle.end is not None
    assert idle.end.code == 1012
    assert busy.end is None
    await rig.release()
    await busy.receive()
    assert [frame["type"] for frame in busy.frames] == ["MutationResponse", "Transition"]
    assert busy.end is not None
    assert busy.end.code == 1012


@pytest.mark.parametrize("each", [1, 100, 3_000])
async def test_far_too_many_queries_end_the_connection_for_a_while(rig: Rig, each: int) -> None:
    client = rig.client()
    for start in range(0, 3_000, each):
        numbers = range(start, start + each)
        client.modify(*(added(number, "echo", {"n": number}) for number in numbers))
        await client.receive()
        if client.end is not None:
            break
    assert client.end is not None
    assert (client.end.code, client.end.reason) == (1013, "TooManyConcurrentRequests")


async def test_a_message_that_changes_far_too_much_is_not_taken_in(rig: Rig) -> None:
    client = rig.client()
    client.modify(*(removed(number) for number in range(2_001)))
    assert await client.receive() == []
    assert client.end is not None
    assert (client.end.code, client.end.reason) == (1013, "TooManyConcurrentRequests")


async def test_a_few_too_many_queries_are_told_so_one_by_one(rig: Rig) -> None:
    client = rig.client()
    client.modify(*(added(number, "echo", {"n": number}) for number in range(260)))
    await client.receive()
    assert client.values[255] == {"n": 255}
    assert "Too many queries" in client.results[256]["errorMessage"]
