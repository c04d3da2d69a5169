"""The door on a real socket: what the socket adds to the session."""

import asyncio
import contextlib
import json
import socket as sockets
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from websockets.exceptions import ConnectionClosed, InvalidStatus

from gateway.convex import websocket
from tests.gateway.convex.rig import added
from tests.gateway.convex.served import Served, greeting, hear, mutation, query_set, say

COUNT = added(0, "count", {"channel": "x"})


@pytest_asyncio.fixture
async def served() -> AsyncIterator[Served]:
    """A running door."""
    async with Served().running() as running:
        yield running


async def closing(socket: Any) -> tuple[int, str]:
    """How the server ends the connection."""
    with contextlib.suppress(ConnectionClosed):
        while True:
            await asyncio.wait_for(socket.recv(), 20)
    return socket.close_code, socket.close_reason


@pytest.mark.parametrize("path", ["/api/1.31.0/sync", "/api/1.48.0/sync", "/api/99.0.0/sync", "/api/sync"])
async def test_every_client_gets_in(served: Served, path: str) -> None:
    async with served.socket(path) as socket:
        await say(socket, greeting(), query_set(COUNT))
        assert (await hear(socket))["modifications"][0]["value"] == 0


async def test_clients_that_convex_itself_no_longer_serves_are_told(served: Served) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await served.socket("/api/0.19.1/sync").__aenter__()
    assert refused.value.response.status_code == 400
    assert json.loads(refused.value.response.body or b"")["code"] == "ClientVersionUnsupported"
    headers = {"Convex-Client": "python-0.0.2"}
    with pytest.raises(InvalidStatus):
        await served.socket("/api/sync", additional_headers=headers).__aenter__()


async def test_one_clients_write_reaches_another(served: Served) -> None:
    async with served.socket() as writer, served.socket() as reader:
        await say(reader, greeting(), query_set(COUNT))
        await hear(reader)
        await say(writer, greeting(), mutation(0, "send", channel="x", body="one"))
        assert (await hear(writer, "MutationResponse"))["success"]
        assert (await hear(reader))["modifications"][0]["value"] == 1


async def test_silence_is_broken_by_a_ping(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websocket, "PING_SECONDS", 0.05)
    async with served.socket() as socket:
        await say(socket, greeting())
        for _ in range(3):
            assert await hear(socket, "Ping") == {"type": "Ping"}


@pytest.mark.parametrize("said", ["nonsense", "{}", b"\x00\x01", '{"type":"Mutation"}'])
async def test_nonsense_is_fatal_for_its_own_connection_only(served: Served, said: str | bytes) -> None:
    async with served.socket() as bad, served.socket() as good:
        await say(good, greeting(), query_set(COUNT))
        await hear(good)
        await bad.send(said)
        assert (await hear(bad, "FatalError"))["error"]
        assert (await closing(bad))[0] == 1000
        await say(good, mutation(0, "send", channel="x", body="one"))
        assert (await hear(good))["modifications"][0]["value"] == 1


async def test_a_message_beyond_the_limit_is_too_big(served: Served) -> None:
    async with served.socket() as socket:
        with contextlib.suppress(ConnectionClosed):
            await say(socket, greeting(), mutation(0, "send", channel="x", body="x" * 33 * 1024 * 1024))
        await asyncio.wait_for(socket.wait_closed(), 20)
        assert socket.close_code == 1009


async def test_text_that_is_not_utf8_ends_its_connection_only(served: Served) -> None:
    async with served.socket() as bad, served.socket() as good:
        await say(good, greeting(), query_set())
        await bad.send(b"\xff\xfe", text=True)
        with pytest.raises(ConnectionClosed):
            await asyncio.wait_for(bad.recv(), 20)
        assert (await hear(good))["endVersion"]["querySet"] == 1


async def test_the_token_is_verified_before_what_comes_behind_it(served: Served) -> None:
    async with served.socket() as socket:
        token = {"type": "Authenticate", "tokenType": "User", "value": "alice", "baseVersion": 0}
        await say(socket, greeting(), token, query_set(added(0, "private")))
        step = await hear(socket)
        assert step["endVersion"]["identity"] == 1
        assert step["modifications"][0]["value"] == "alice"


@pytest.mark.parametrize(("token", "code"), [("rogue", 1000), ("down", 1013)])
async def test_a_token_that_is_not_accepted_ends_the_connection(
    served: Served, token: str, code: int
) -> None:
    async with served.socket() as socket:
        await say(
            socket,
            greeting(),
            {"type": "Authenticate", "tokenType": "User", "value": token, "baseVersion": 0},
        )
        if token == "rogue":
            assert (await hear(socket, "AuthError"))["authUpdateAttempted"] is True
        assert (await closing(socket))[0] == code


@pytest.mark.parametrize(("path", "chunked"), [("/api/1.28.0/sync", True), ("/api/1.27.9/sync", False)])
async def test_a_large_step_comes_in_pieces_to_those_who_know_pieces(
    served: Served, path: str, chunked: bool
) -> None:
    async with served.socket(path) as socket:
        await say(socket, greeting(), query_set(added(0, "big", {"bytes": 6_000_000})))
        if chunked:
            pieces = [await hear(socket, "TransitionChunk")]
            while len(pieces) < pieces[0]["totalParts"]:
                pieces.append(json.loads(await socket.recv()))
            step = json.loads("".join(piece["chunk"] for piece in pieces))
        else:
            step = await hear(socket)
        assert len(step["modifications"][0]["value"]) == 6_000_000


async def test_an_action_answers_and_does_not_hold_up_the_rest(served: Served) -> None:
    async with served.socket() as socket:
        action = {"type": "Action", "requestId": 1, "udfPath": "test:act", "args": [{"x": "y"}]}
        await say(socket, greeting(), action, mutation(2, "noop"))
        assert (await hear(socket, "ActionResponse"))["result"] == {"acted": "y"}


async def test_a_draining_door_says_restart(served: Served) -> None:
    async with served.socket() as socket:
        await say(socket, greeting(), query_set())
        await hear(socket)
        await served.door.drain(5)
        assert (await closing(socket))[0] == 1012
    async with served.socket() as socket:
        assert (await closing(socket))[0] == 1012


async def test_a_client_that_does_not_read_is_let_go(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websocket, "CLOSE_SECONDS", 0.1)
    async with served.socket(compression=None, max_queue=1) as stuck, served.socket() as good:
        stuck.transport.get_extra_info("socket").setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
        queries = [added(number, "big", {"bytes": 3_000_000 + number}) for number in range(8)]
        await say(stuck, greeting(), query_set(*queries))
        await say(good, greeting(), query_set(COUNT))
        await hear(good)
        await served.door.drain(0.1)
        await asyncio.wait_for(served.door.wait_empty(), 5)
