"""Two gateways, seen with a client written by hand: tabs, pages, moves, and what is malformed."""

from __future__ import annotations

import base64
import json
import uuid
from typing import Any

import httpx
import pytest

from cli.dev.issuer import LocalIssuer
from tests.acceptance.conftest import Systems
from tests.acceptance.malformed import FAILED, FATAL
from tests.acceptance.system import AcceptanceSystem
from tests.support.convex_socket import Raw, number, raw

pytestmark = pytest.mark.timeout(240)


async def test_two_gateways(running_system: Systems) -> None:
    """One system for all of it: starting one takes longer than all that is done with it."""
    async with running_system(2) as system:
        one, two = (gateway.http for gateway in system.layout.gateways)
        token = LocalIssuer.load(system.home.path).mint("alice")
        await _two_tabs(one, two, token)
        await _a_mutation_sent_again(one, two)
        await _a_page_that_grows_and_shrinks(one, two)
        await _timestamps(one, two)
        await _nothing_takes_another_connection_down(system, one)


async def _two_tabs(one: int, two: int, token: str) -> None:
    """Tabs of one user at two gateways see each other's changes, and their own at once."""
    channel = str(uuid.uuid4())
    async with raw(one) as tab, raw(two) as other:
        for each in (tab, other):
            await each.sign_in(token)
            await each.watch(0, "list", channel=channel)
            await each.watch(1, "count", channel=channel)
            await each.until(lambda each=each: each.value(1) == 0)
        for at, (writer, reader) in enumerate([(tab, other), (other, tab)] * 3, 1):
            await writer.mutate("send", channel=channel, body=str(at))
            assert len(writer.bodies(0)) == writer.value(1) == at
            await reader.until(lambda reader=reader, at=at: len(reader.bodies(0)) == at)
        assert {row["author"] for row in tab.value(0)} == {"alice"}


async def _a_mutation_sent_again(one: int, two: int) -> None:
    """A client that lost the response asks the other gateway, which answers as the first one did."""
    channel, session_id = str(uuid.uuid4()), str(uuid.uuid4())
    async with raw(one, session_id=session_id) as client:
        first = await client.mutate("send", channel=channel, body="once")
        observed = client.version["ts"]
    async with raw(two, session_id=session_id, maxObservedTimestamp=observed) as again:
        await again.watch(0, "list", channel=channel)
        second = await again.mutate("send", channel=channel, body="once")
        assert (second["ts"], second["result"]) == (first["ts"], first["result"])
        assert again.bodies(0) == ["once"]
        assert number(again.version["ts"]) >= number(observed)


async def _a_page_that_grows_and_shrinks(one: int, two: int) -> None:
    """A page keeps its end, also after a move, so that the next one begins where it ends."""
    channel = str(uuid.uuid4())
    async with raw(one) as client:
        for body in "abcde":
            await client.mutate("send", channel=channel, body=body)
        await client.watch(0, "page", channel=channel, paginationOpts=_page(None, 2.0))
        await client.until(lambda: client.value(0))
        behind = client.value(0)["continueCursor"]
        await client.watch(1, "page", channel=channel, paginationOpts=_page(behind, 10.0))
        await client.until(lambda: client.value(1))
        assert (client.bodies(0), client.bodies(1)) == (["a", "b"], ["c", "d", "e"])
        await _remove(client, 0, "a")
        await client.mutate("send", channel=channel, body="f")
        assert (client.bodies(0), client.bodies(1)) == (["b"], ["c", "d", "e", "f"])
        assert (client.value(0)["isDone"], client.value(1)["isDone"]) == (False, True)
        journals = [client.results[each]["journal"] for each in (0, 1)]
    async with raw(two) as moved:
        await moved.watch(0, "page", journals[0], channel=channel, paginationOpts=_page(None, 2.0))
        await moved.watch(1, "page", journals[1], channel=channel, paginationOpts=_page(behind, 10.0))
        await moved.until(lambda: moved.value(0) and moved.value(1))
        assert (moved.bodies(0), moved.bodies(1)) == (["b"], ["c", "d", "e", "f"])
        await _remove(moved, 0, "b")
        await moved.mutate("send", channel=channel, body="g")
        assert (moved.bodies(0), moved.bodies(1)) == ([], ["c", "d", "e", "f", "g"])
        await moved.watch(2, "page", channel=channel, paginationOpts=_page("made up", 1.0))
        failed = await moved.until(lambda: moved.results.get(2))
        assert failed["errorData"]["paginationError"] == "InvalidCursor"


async def _timestamps(one: int, two: int) -> None:
    """They never go back, wherever the client goes; one from the future is not believed."""
    last = 0
    for port in (one, two) * 3:
        async with raw(port) as client:
            await client.modify()
            await client.until(lambda client=client: client.of("Transition"))
            assert number(client.version["ts"]) > last
            last = number(client.version["ts"])
    future = base64.b64encode((last + 3600 * 10**9).to_bytes(8, "little")).decode()
    async with raw(one, maxObservedTimestamp=future) as client:
        assert await client.ended() == (1011, "InternalServerError")


async def _nothing_takes_another_connection_down(system: AcceptanceSystem, port: int) -> None:
    """Whatever one client says, another goes on as if nothing was."""
    channel, pid = str(uuid.uuid4()), system.program("gateway").process.pid
    async with raw(port) as healthy:
        await healthy.watch(0, "count", channel=channel)
        await healthy.until(lambda: healthy.value(0) == 0)  # a first answer may come behind a mutation's
        for at, (what, message) in enumerate({**FATAL, **FAILED}.items(), 1):
            await (_is_fatal if what in FATAL else _fails)(port, what, message)
            await healthy.mutate("send", channel=channel, body=what)
            assert healthy.value(0) == at, what
        for path in ("/api/sync", "/api/999.0.0/sync", "/api/nonsense/sync"):
            async with raw(port, path=path) as client:
                assert (await client.mutate("noop"))["result"] == "noop", path
        await _http(port)
        await healthy.mutate("send", channel=channel, body="still here")
        assert healthy.value(0) == len(FATAL) + len(FAILED) + 1
    assert system.program("gateway").process.pid == pid
    assert system.program("gateway").process.exit_code is None


async def _is_fatal(port: int, what: str, message: Any) -> None:
    async with raw(port) as client:
        await client.socket.send(message if isinstance(message, str | bytes) else json.dumps(message))
        await client.ended()
        assert client.of("FatalError"), what


async def _fails(port: int, what: str, message: Any) -> None:
    async with raw(port) as client:
        await client.say(**message)
        if message["type"] == "ModifyQuerySet":
            result = await client.until(lambda: client.results.get(0))
            assert result["type"] == "QueryFailed", what
        else:
            (response,) = await client.until(lambda: client.of(f"{message['type']}Response"))
            assert response["success"] is False, what
            assert isinstance(response["logLines"], list), what
        client._requests = 1
        assert (await client.mutate("noop"))["result"] == "noop", what


async def _http(port: int) -> None:
    """Requests of a wrong shape, over HTTP."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http:
        for body in (b"", b"{", b"[]", b"7", b'{"path": 7, "args": {}}', b'{"args": {}}', b"\xff\xfe"):
            for route in ("query", "mutation", "action"):
                answer = await http.post(f"/api/{route}", content=body)
                assert answer.status_code == 400, (route, body, answer.text)
                assert answer.json().keys() == {"code", "message"}
        for name, args in (("nope", {}), ("noop", {}), ("list", {}), ("list", {"channel": 7})):
            wanted = {"path": f"acceptance:{name}", "args": args, "format": "json"}
            answer = await http.post("/api/query", json=wanted)
            assert (answer.status_code, answer.json()["status"]) == (200, "error")
        huge = {"path": "acceptance:echo", "args": {"a": "x" * 20_000_000}, "format": "json"}
        answer = await http.post("/api/query", json=huge)
        assert answer.status_code in (200, 400, 413), answer.text[:200]
        if answer.status_code == 200:
            assert answer.json()["status"] == "error"
        assert (await http.get("/api/nonsense")).status_code == 404


def _page(cursor: str | None, size: float) -> dict[str, Any]:
    return {"cursor": cursor, "numItems": size, "id": 1.0}


async def _remove(client: Raw, query_id: int, body: str) -> None:
    (found,) = (row["_id"] for row in client.value(query_id)["page"] if row["body"] == body)
    await client.mutate("remove", id=found)
