"""The border to browsers: origins, URLs, headers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st
from websockets.exceptions import InvalidStatus

from gateway.addresses import Proxies, peer_address
from gateway.borders import HEADERS, Origins
from gateway.http_limits import HttpLimits
from gateway.limit_settings import LOOPBACK
from tests.gateway.convex.served import Served, greeting, hear, query_set, say

APP = "https://app.example.edu"
STRANGERS = [
    "https://evil.example",
    "null",
    "",
    "https://app.example.edu.evil.example",
    "https://appxexample.edu",
    "http://app.example.edu",
    "https://app.example.edu:8443",
    "https://APP.example.edu/",
    "http://localhost.evil.example",
    "file://",
]
QUERY = {"path": "test:echo", "args": {"a": 1}}


@pytest_asyncio.fixture
async def served() -> AsyncIterator[Served]:
    """A door for one app and this machine."""
    async with Served(HttpLimits(origins=Origins((APP, LOOPBACK)), behind_tls=True)).running() as running:
        yield running


@pytest.mark.parametrize("origin", STRANGERS)
async def test_the_origin_of_a_stranger_gets_nowhere(served: Served, origin: str) -> None:
    answers = [
        await served.http.post("/api/query", json=QUERY, headers={"origin": origin}),
        await served.http.options("/api/query", headers={"origin": origin}),
        await served.http.get("/metrics", headers={"origin": origin}),
    ]
    assert [each.status_code for each in answers] == [403, 403, 403]
    assert not any("access-control-allow-origin" in each.headers for each in answers)
    with pytest.raises(InvalidStatus) as refused:
        await served.socket(additional_headers={"Origin": origin}).__aenter__()
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize(
    "origin", [APP, "http://localhost:3000", "http://127.0.0.1:5173", "http://[::1]:1", None]
)
async def test_our_own_pages_and_programs_get_in(served: Served, origin: str | None) -> None:
    headers = {"origin": origin} if origin else {}
    answer = await served.http.post("/api/query", json=QUERY, headers=headers)
    assert answer.json()["status"] == "success"
    async with served.socket(additional_headers=headers) as socket:
        await say(socket, greeting(), query_set())
        assert await hear(socket)


def test_the_settings_of_production_know_no_loopback() -> None:
    assert not Origins((APP,)).allows("http://localhost:3000")
    assert not Origins(()).allows("http://localhost:3000")


@pytest.mark.parametrize("name", ["token", "access_token", "X-API-Key", "Authorization", "jwt"])
async def test_a_secret_in_a_url_is_refused(served: Served, name: str) -> None:
    answer = await served.http.get(f"/api/query?path=test:echo&{name}=eyJh.eyJi.c")
    assert (answer.status_code, answer.json()["code"]) == (400, "SecretInUrl")
    with pytest.raises(InvalidStatus) as refused:
        await served.socket(f"/api/1.48.0/sync?{name}=x").__aenter__()
    assert refused.value.response.status_code == 400


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/healthz"),
        ("GET", "/nowhere"),
        ("POST", "/api/query"),
        ("GET", "/api/query"),
        ("PUT", "/version"),
    ],
)
async def test_every_answer_tells_browsers_what_it_is_not(served: Served, method: str, path: str) -> None:
    answer = await served.http.request(method, path)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert "max-age" in answer.headers["strict-transport-security"]
    assert "server" not in answer.headers


async def test_without_tls_browsers_are_not_told_to_insist_on_it() -> None:
    async with Served().running() as served:
        assert "strict-transport-security" not in (await served.http.get("/healthz")).headers


async def test_what_is_no_http_is_told_so_with_the_same_headers(served: Served) -> None:
    answer = await raw(served, b"\x16\x03\x01nonsense\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"x-content-type-options: nosniff" in answer


async def raw(served: Served, sent: bytes) -> bytes:
    """What a connection on which this was sent gets to read before it is closed."""
    host, _, port = served.address.partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(sent)
    answer = await asyncio.wait_for(reader.read(), 20)
    writer.close()
    return answer


@pytest.mark.parametrize(
    ("proxies", "forwarded", "client"),
    [
        ((), "6.6.6.6", "127.0.0.1"),
        (("10.0.0.0/8",), "6.6.6.6", "127.0.0.1"),
        (("127.0.0.1",), "", "127.0.0.1"),
        (("127.0.0.1",), "6.6.6.6, 7.7.7.7", "7.7.7.7"),
        (("127.0.0.1", "10.0.0.0/8"), "6.6.6.6, 7.7.7.7, 10.1.2.3", "7.7.7.7"),
        (("127.0.0.1",), "nonsense", "nonsense"),
    ],
)
def test_only_our_own_proxies_are_believed(proxies: tuple[str, ...], forwarded: str, client: str) -> None:
    assert Proxies(proxies).client("127.0.0.1", forwarded) == client


@given(st.text(), st.text())
def test_no_address_makes_trouble(peer: str, forwarded: str) -> None:
    Proxies(("127.0.0.1",)).client(peer, forwarded)
    peer_address(peer)


def test_grpc_names_peers_in_its_own_way() -> None:
    assert peer_address("ipv4:10.0.0.7:50112") == "10.0.0.7"
    assert peer_address("ipv6:%5B::1%5D:50112") == "::1"
    assert peer_address("unix:/tmp/x") == "unix:/tmp/x"
