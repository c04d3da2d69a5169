"""The actions that make the scraper start a run."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from gateway.functions import scraper
from gateway.functions.context import FunctionSettings
from gateway.http import HttpServer, listen
from tests.gateway.functions.world import World

pytestmark = pytest.mark.asyncio(loop_scope="module")
PROGRAMS, COURSES = "scraper:triggerMajorsScraping", "scraper:triggerCoursesScraping"


class FakeScraper:
    """Answers as the scraper does, or as `answer` says."""

    def __init__(self) -> None:
        self.answer: Response | None = None
        self.asked: list[tuple[str, str]] = []
        self.hangs = False

    async def handle(self, request: Request) -> Response:
        """Notes the path and the key."""
        self.asked.append((request.url.path, request.headers.get("x-api-key", "")))
        if self.hangs:
            await asyncio.Event().wait()
        noun = request.path_params["noun"]
        return self.answer or JSONResponse({"success": True, "jobId": f"{noun}-1", "jobType": noun})


@pytest_asyncio.fixture(loop_scope="module")
async def fake(world: World) -> AsyncIterator[FakeScraper]:
    """A scraper on loopback, which the functions are told of."""
    made = FakeScraper()
    socket = listen("127.0.0.1", 0)
    server = HttpServer(Starlette(routes=[Route("/api/{noun}", made.handle, methods=["POST"])]))
    task = asyncio.create_task(server.serve([socket]))
    world.settings = FunctionSettings(f"http://127.0.0.1:{socket.getsockname()[1]}/", "the key")
    yield made
    world.settings = FunctionSettings()
    server.should_exit = True
    await task


async def test_a_run_is_started_with_the_key(world: World, fake: FakeScraper) -> None:
    job = await world.value(PROGRAMS, who="ada", admin=True)
    assert job == {"success": True, "jobId": "programs-1", "jobType": "programs"}
    assert (await world.value(COURSES, who="ada", admin=True))["jobType"] == "courses"
    assert fake.asked == [("/api/programs", "the key"), ("/api/courses", "the key")]


async def test_what_the_scraper_says_against_it_is_told(world: World, fake: FakeScraper) -> None:
    fake.answer = PlainTextResponse("Invalid API key", 403)
    data = await world.data(PROGRAMS, who="ada", admin=True)
    assert data == "Failed to trigger programs scraping: 403 Invalid API key"
    fake.answer = PlainTextResponse("hello")
    assert "200 without JSON" in await world.data(COURSES, who="ada", admin=True)
    fake.answer = Response(status_code=302, headers={"location": "http://127.0.0.1:1/"})
    assert "302" in await world.data(COURSES, who="ada", admin=True)


async def test_a_silent_scraper_is_not_waited_for(
    world: World, fake: FakeScraper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scraper, "DEADLINE", 0.2)
    fake.hangs = True
    data = await world.data(COURSES, who="ada", admin=True)
    assert data == "Failed to trigger courses scraping: the scraper does not answer (ReadTimeout)"


async def test_no_scraper(world: World) -> None:
    world.settings = FunctionSettings("http://127.0.0.1:1", "the key")
    assert "does not answer (ConnectError)" in await world.data(PROGRAMS, who="ada", admin=True)
    world.settings = FunctionSettings("", "the key")
    said = "SCRAPER_URL environment variable is not configured"
    assert await world.data(PROGRAMS, who="ada", admin=True) == said
    world.settings = FunctionSettings("http://127.0.0.1:1", "")
    said = "CONVEX_API_KEY environment variable is not configured"
    assert await world.data(PROGRAMS, who="ada", admin=True) == said
    world.settings = FunctionSettings()


async def test_only_administrators_start_runs(world: World, fake: FakeScraper) -> None:
    assert "Admin access required" in (await world.failure(COURSES, who="alice")).text
    assert "Not authenticated" in (await world.failure(COURSES, who="")).text
    assert fake.asked == []
