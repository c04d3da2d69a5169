"""What one connection, one address and one user may do, and what becomes of those who do more."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from gateway.guard import Quotas
from gateway.http_limits import HttpLimits
from runtime.limits import Rates, hits
from tests.gateway.convex.rig import added
from tests.gateway.convex.served import Served, greeting, hear, mutation, query_set, say

COUNT = added(0, "count", {"channel": "x"})
MIB = 1024 * 1024


def met(limit: str) -> float:
    """How often a limit was met."""
    return float(hits.labels(limit)._value.get())


async def connection(served: Served) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection on which nothing was said."""
    host, _, port = served.address.partition(":")
    return await asyncio.open_connection(host, int(port))


def peak_memory() -> int:
    """The most memory this process has ever had, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


async def test_half_open_connections_keep_nobody_out_and_are_closed() -> None:
    async with Served(HttpLimits(head_seconds=1.0)).running() as served:
        slow = [await connection(served) for _ in range(400)]
        for number, (_, writer) in enumerate(slow):
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n" if number % 2 else b"")
        started = time.monotonic()
        async with served.socket() as socket:
            await say(socket, greeting(), query_set(COUNT))
            await hear(socket)
        assert time.monotonic() - started < 1
        before = met("head_seconds")
        answers = await asyncio.wait_for(asyncio.gather(*(reader.read() for reader, _ in slow)), 10)
        assert all(answer.startswith(b"HTTP/1.1 408 ") for answer in answers)
        assert met("head_seconds") >= before
        for _, writer in slow:
            writer.close()


async def test_a_head_that_comes_byte_by_byte_is_not_waited_for() -> None:
    async with Served(HttpLimits(head_seconds=0.3)).running() as served:
        reader, writer = await connection(served)

        async def drip() -> None:
            for byte in b"GET /healthz HTTP/1.1\r\nX: " + b"a" * 1000:
                writer.write(bytes((byte,)))
                await asyncio.sleep(0.02)

        dripping = asyncio.create_task(drip())
        assert (await asyncio.wait_for(reader.read(), 5)).startswith(b"HTTP/1.1 408 ")
        dripping.cancel()
        writer.close()


async def test_the_second_request_of_a_connection_has_as_long_as_the_first() -> None:
    async with Served(HttpLimits(head_seconds=0.5)).running() as served:
        reader, writer = await connection(served)
        whole = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
        writer.write(whole)
        assert await reader.readuntil(b"ok\n")
        writer.write(whole[:20])
        assert (await asyncio.wait_for(reader.read(), 5)).startswith(b"HTTP/1.1 408 ")
        writer.close()


async def test_a_head_without_end_is_cut_off() -> None:
    async with Served().running() as served:
        reader, writer = await connection(served)
        writer.write(b"GET /healthz HTTP/1.1\r\nX: ")
        with contextlib.suppress(ConnectionError):
            for _ in range(64):
                writer.write(b"a" * 65536)
                await writer.drain()
        with contextlib.suppress(ConnectionError):
            assert (await asyncio.wait_for(reader.read(), 5)).startswith(b"HTTP/1.1 431 ")
        writer.close()


async def test_a_body_that_never_ends_is_cut_off_early_and_not_kept() -> None:
    async with Served(HttpLimits(request_bytes=2 * MIB)).running() as served:
        sent = 0

        async def gigabyte() -> AsyncIterator[bytes]:
            nonlocal sent
            for _ in range(16_384):
                sent += 65536
                yield b" " * 65536

        before = peak_memory()
        with contextlib.suppress(Exception):
            answer = await served.http.post("/api/query", content=gigabyte())
            assert answer.status_code == 413
        assert sent < 64 * MIB
        assert peak_memory() - before < 64 * MIB


async def test_an_announced_gigabyte_is_refused_before_it_is_sent() -> None:
    async with Served().running() as served:
        reader, writer = await connection(served)
        writer.write(b"POST /api/query HTTP/1.1\r\nHost: x\r\nContent-Length: 1073741824\r\n\r\n")
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
        assert head.startswith(b"HTTP/1.1 413 ")
        writer.close()


async def test_a_slow_body_is_not_waited_for() -> None:
    async with Served(HttpLimits(body_seconds=0.3)).running() as served:
        reader, writer = await connection(served)
        writer.write(b"POST /api/query HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
        assert head.startswith(b"HTTP/1.1 408 ")
        writer.close()


async def test_a_message_of_a_gigabyte_in_pieces_ends_its_connection_early() -> None:
    async with Served(HttpLimits(message_bytes=2 * MIB)).running() as served:
        sent = 0

        async def pieces() -> AsyncIterator[str]:
            nonlocal sent
            for _ in range(16_384):
                sent += 65536
                yield "x" * 65536

        before = peak_memory()
        async with served.socket(compression=None) as socket:
            await say(socket, greeting())
            with contextlib.suppress(ConnectionClosed):
                await socket.send(pieces())
            await asyncio.wait_for(socket.wait_closed(), 20)
            assert socket.close_code == 1009
        assert sent < 64 * MIB
        assert peak_memory() - before < 64 * MIB
        assert met("message_bytes") >= 1


async def test_nobody_is_offered_compression_and_a_bomb_is_not_unpacked() -> None:
    async with Served().running() as served, served.socket(compression="deflate") as socket:
        assert socket.response is not None
        assert "sec-websocket-extensions" not in socket.response.headers
        before = peak_memory()
        bomb = (
            bytes.fromhex("c1fe0004") + bytes(4) + b"\xec\xc1\x01\x01"
        )  # a frame that says it is compressed
        socket.transport.write(bomb)
        await asyncio.wait_for(socket.wait_closed(), 20)
        assert socket.close_code == 1002
        assert peak_memory() - before < 8 * MIB


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"":'])
async def test_json_without_bottom_is_refused_in_words(opening: str) -> None:
    deep = opening * 200_000
    async with Served().running() as served:
        for path in ("/api/query", "/api/mutation", "/api/query_batch"):
            answer = await served.http.post(path, content=deep.encode())
            assert (answer.status_code, answer.json()["code"]) == (400, "BadJsonBody")
        for text in (deep, '{"type":"Event","\\u0041":' + deep):
            async with served.socket() as socket:
                await socket.send(text)
                assert "not JSON" in (await hear(socket, "FatalError"))["error"]


@pytest.mark.parametrize("depth", [60, 70, 1_000])
async def test_a_value_is_as_deep_as_convex_allows(depth: int) -> None:
    async with Served().running() as served:
        args = '{"a":' * depth + "1" + "}" * depth
        answer = await served.http.post(
            "/api/query", content=f'{{"path":"test:echo","args":{args}}}'.encode()
        )
        said = answer.json()
        if depth <= 64:
            assert said["status"] == "success"
        else:
            assert said.get("code") == "BadJsonBody" or "levels deep" in said["errorMessage"]


async def test_a_client_that_reads_nothing_is_let_go() -> None:
    limits = HttpLimits(write_seconds=0.3)
    async with Served(limits).running() as served, served.socket(compression=None, max_queue=1) as stuck:
        before = met("write_seconds")
        queries = [added(number, "big", {"bytes": 6_000_000 + number}) for number in range(4)]
        await say(stuck, greeting(), query_set(*queries))
        stuck.transport.pause_reading()
        await asyncio.wait_for(served.door.wait_empty(), 10)
        assert met("write_seconds") > before
        stuck.transport.abort()


async def test_an_address_that_connects_too_often_is_sent_away_politely() -> None:
    async with Served(quotas=Quotas(connects=1, burst_seconds=3)).running() as served:
        ends = [await attempt(served) for _ in range(5)]
        assert ends == [None] * 3 + [(1013, "TooManyConcurrentRequests")] * 2


async def attempt(served: Served) -> tuple[int | None, str | None] | None:
    """How a new session is ended; None if it is let in."""
    async with served.socket() as socket:
        with contextlib.suppress(ConnectionClosed):
            await say(socket, greeting(), query_set())
            await hear(socket)
            return None
        return socket.close_code, socket.close_reason


async def test_sessions_of_an_address_and_of_a_user_are_counted_while_they_last() -> None:
    async with Served(quotas=Quotas(sessions_per_user=2, sessions_per_address=3)).running() as served:
        async with contextlib.AsyncExitStack() as stack:
            for _ in range(2):
                await signed_in(await stack.enter_async_context(served.socket()), "alice")
            third = await stack.enter_async_context(served.socket())
            with pytest.raises(ConnectionClosed):
                await signed_in(third, "alice")
            assert third.close_code == 1013
            await signed_in(await stack.enter_async_context(served.socket()), "bob")
            fourth = await stack.enter_async_context(served.socket())
            with pytest.raises(ConnectionClosed):
                await signed_in(fourth, "carol")
        await served.door.wait_empty()
        async with served.socket() as socket:
            await signed_in(socket, "alice")


async def signed_in(socket: Any, user: str) -> None:
    """Signs in, and hears that it was accepted."""
    token = {"type": "Authenticate", "tokenType": "User", "value": user, "baseVersion": 0}
    await say(socket, greeting(), token)
    await hear(socket)


async def test_a_flood_of_mutations_is_slowed_down_and_none_is_lost() -> None:
    slow = Quotas(mutations=20, burst_seconds=0.5)
    async with Served(quotas=slow).running() as served, served.socket() as flooding:
        started = time.monotonic()
        sent = [mutation(number, "send", channel="x", body=str(number)) for number in range(30)]
        await say(flooding, greeting(), *sent)
        done = [await hear(flooding, "MutationResponse") for _ in sent]
        assert [each["requestId"] for each in done] == list(range(30))
        assert all(each["success"] for each in done)
        assert time.monotonic() - started > 0.8  # 10 at once, 20 more at 20 a second
        assert flooding.close_code is None


async def test_single_calls_in_a_flood_are_told_when_to_try_again() -> None:
    async with Served(quotas=Quotas(mutations=1, queries=1, burst_seconds=2)).running() as served:
        for path in ("/api/query", "/api/mutation"):
            body: dict[str, Any] = {"path": "test:echo" if path == "/api/query" else "test:noop", "args": {}}
            answers = [await served.http.post(path, json=body) for _ in range(4)]
            assert [each.status_code for each in answers] == [200, 200, 429, 429]
            assert answers[-1].headers["retry-after"] == "1"
            assert answers[-1].json()["code"] == "TooManyRequests"


async def test_guessing_tokens_ends_in_silence_for_that_address() -> None:
    async with Served(quotas=Quotas(failed_sign_ins=1, burst_seconds=5)).running() as served:
        body = {"path": "test:echo", "args": {}}
        wrong = {"authorization": "Bearer rogue"}
        statuses = [
            (await served.http.post("/api/query", json=body, headers=wrong)).status_code for _ in range(8)
        ]
        assert statuses == [401] * 5 + [429] * 3


async def test_a_client_that_says_nothing_is_not_waited_for() -> None:
    async with (
        Served(quotas=Quotas(first_message_seconds=0.2)).running() as served,
        served.socket() as socket,
    ):
        await asyncio.wait_for(socket.wait_closed(), 5)
        assert socket.close_code == 1011


async def test_more_connections_than_may_be_are_not_opened() -> None:
    async with Served(HttpLimits(connections=3)).running() as served:
        open_ = [await connection(served) for _ in range(3)]
        reader, writer = await connection(served)
        with contextlib.suppress(ConnectionError):
            assert await asyncio.wait_for(reader.read(), 5) == b""
        for _, each in (*open_, (reader, writer)):
            each.close()


def test_a_bucket_gives_what_it_says() -> None:
    now = [0.0]
    rates = Rates(10, 5, lambda: now[0])
    assert [rates.take("a") for _ in range(5)] == [0.0] * 5
    assert rates.take("a") == pytest.approx(0.1)
    assert rates.take("b") == 0.0
    now[0] += 0.1
    assert rates.take("a") == 0.0
    rates.charge("a", 10)
    assert rates.owed("a") == pytest.approx(1.0)
    assert Rates(0, 0).take("a", 1e9) == 0.0


def test_more_than_a_burst_at_once_is_possible_after_a_pause() -> None:
    rates = Rates(10, 5, lambda: 0.0)
    assert rates.take("a", 50) == 0.0
    assert rates.take("a", 1) > 0
