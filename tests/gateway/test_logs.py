"""Nothing that a running system is told in confidence is in its logs, however talkative, in errors too."""

from __future__ import annotations

import io
import json
import logging
import re
import uuid
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import psycopg
import pytest
import pytest_asyncio
import structlog
from websockets.asyncio.client import connect

from runtime.telemetry import configure_logging
from tests.gateway.rig import Rig
from tests.support.convex_socket import Raw
from tests.support.webhooks import SECRET, send, signed, user_event

pytestmark = pytest.mark.asyncio(loop_scope="module")
KEY, OTHER_KEY = "shared-key-0c7f31e9", "shown-to-the-scraper-55aa"
MAIL = "zaphod.b@school.example.edu"
ANSWERS = [200, 200, 200, 200, 401, 401, 400, 404, 400, 400, 401, 200, 401, 400]
"""To what `use` asks, in its order."""
COURSE = {"courseCode": "ZZ-UA 1", "title": "Poetry", "year": 2025.0, "term": "fall", "grade": "a-"}
CREATE = "userCourses:createUserCourse"
SECRETS = {
    "a token": re.compile(r"eyJ"),
    "a mail address": re.compile(r"zaphod\.b|@school\.example|@nyu\.edu"),
    "a grade": re.compile(r"(?<![\w-])[aA]-(?![\w-])|A_MINUS"),
    "a key": re.compile(f"{KEY}|{OTHER_KEY}|guessed-key|{SECRET.removeprefix('whsec_')}"),
}


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """All that is logged from now on."""
    root, stream = logging.getLogger(), io.StringIO()
    before = root.handlers[:], root.level
    with monkeypatch.context() as patched:
        patched.setattr("sys.stderr", stream)
        configure_logging("test", "json", "debug")
    yield stream
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
    root.handlers[:], root.level = before


@pytest_asyncio.fixture(loop_scope="module")
async def url(rig: Rig) -> AsyncIterator[str]:
    """A gateway that knows all kinds of secrets."""
    gateway = await rig.start_gateway(
        clerk_webhook_secret=SECRET, convex_api_key=KEY, scraper_api_key=OTHER_KEY
    )
    yield f"http://127.0.0.1:{gateway.http_port}"


def bearer(rig: Rig, **claims: Any) -> dict[str, str]:
    """The header of a student with a mail address."""
    return {"authorization": f"Bearer {rig.issuer.mint('zaphod', claims={'email': MAIL, **claims})}"}


async def use(rig: Rig, url: str) -> list[int]:
    """What a student, the scraper and Clerk do, and what others try; the answers' codes."""
    token = bearer(rig)["authorization"].removeprefix("Bearer ")
    asks: list[tuple[str, Any, dict[str, str]]] = [
        ("/api/mutation", {"path": CREATE, "args": COURSE}, bearer(rig)),
        ("/api/mutation", {"path": CREATE, "args": COURSE | {"year": "a-"}}, bearer(rig)),
        ("/api/mutation", {"path": CREATE, "args": COURSE | {"courseCode": MAIL}}, bearer(rig)),
        ("/api/query", {"path": "userCourses:getUserCourses", "args": {}}, bearer(rig)),
        ("/api/query", {"path": "userCourses:getUserCourses", "args": {}}, bearer(rig, exp=1)),
        ("/api/query", {"path": "x:y", "args": {}}, {"authorization": f"Bearer {token[:-8]}AAAAAAAA"}),
        (f"/api/query?token={token}", {}, {}),
        (f"/{token}/{MAIL}", {}, {}),
        ("/api/appConfigs/set", {"key": MAIL, "value": KEY}, {"x-api-key": KEY}),
        ("/api/courses/upsert", {"code": MAIL, "title": token}, {"x-api-key": KEY}),
        ("/api/courses/upsert", {}, {"x-api-key": "guessed-key-1"}),
    ]
    async with httpx.AsyncClient(base_url=url) as http:
        codes = [(await http.post(path, json=body, headers=more)).status_code for path, body, more in asks]
    event = user_event("user.created", "zaphod")
    for body, headers in (
        (event, signed(event)),
        (event, signed(event) | {"svix-signature": "v1,bm8="}),
        (b"{", signed(b"{")),
    ):
        codes.append((await send(url, body, headers)).status_code)
    return codes


async def watch(rig: Rig, url: str) -> None:
    """Two connections, one with a forged token."""
    for token in (
        rig.issuer.mint("zaphod", claims={"email": MAIL}),
        rig.issuer.mint("zaphod")[:-8] + "A" * 8,
    ):
        address = f"ws{url.removeprefix('http')}/api/1.48.0/sync"
        async with connect(address, proxy=None) as socket:
            raw = Raw(socket, str(uuid.uuid4()))
            await raw.connect()
            await raw.sign_in(token)
            await raw.watch(0, "userCourses:getUserCourses")
            await raw.until(lambda raw=raw: raw.of("AuthError") or raw.results)


def assert_kept(logs: str) -> None:
    """None of it is in any line."""
    found = {
        (what, line[:2_000])
        for line in logs.splitlines()
        for what, pattern in SECRETS.items()
        if pattern.search(line)
    }
    assert not found


async def test_nothing_that_was_said_in_confidence_is_logged(rig: Rig, url: str, said: io.StringIO) -> None:
    codes = await use(rig, url)
    assert codes == ANSWERS
    await watch(rig, url)
    logs = said.getvalue()
    for expected in ("function refused", "secret_in_url", "a webhook was taken", "an ingestion was refused"):
        assert expected in logs
    assert_kept(logs)


async def test_nor_when_the_database_quotes_a_statement_in_its_error(
    rig: Rig, url: str, said: io.StringIO
) -> None:
    broken = {"planner": ("student_courses", "grade"), "identity": ("users", "email")}
    for service, (table, column) in broken.items():
        rename(rig, service, f"alter table {table} rename {column} to lost")
    try:
        await use(rig, url)
    finally:
        for service, (table, column) in broken.items():
            rename(rig, service, f"alter table {table} rename lost to {column}")
    logs = said.getvalue()
    assert "UndefinedColumn" in logs
    assert_kept(logs)


async def test_nor_when_a_defect_of_ours_quotes_all_of_it(
    rig: Rig, url: str, said: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = bearer(rig)["authorization"]
    quoted = json.dumps({"authorization": token, "email": MAIL, "grade": "A-", "x-api-key": KEY, "s": SECRET})

    async def broken(*_: object) -> None:
        raise RuntimeError(f"{quoted} {token} grade: A- {MAIL} X-API-Key: {OTHER_KEY}")

    monkeypatch.setattr(rig.gateways[-1]._upstream, "call", broken)
    await use(rig, url)
    logs = said.getvalue()
    assert "RuntimeError" in logs
    assert_kept(logs)


def rename(rig: Rig, service: str, statement: str) -> None:
    """Changes a table of a service while it runs."""
    with psycopg.connect(rig.database(service), autocommit=True) as connection:
        connection.execute(statement)
