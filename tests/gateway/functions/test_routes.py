"""The HTTP routes of the scraper."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from albertplus.live.v1 import read_set_pb2
from google.rpc import status_pb2
from starlette.applications import Starlette

from gateway.api_keys import ApiKeys
from gateway.ingestion import level
from gateway.methods import public_methods
from gateway.routes import MAX_BODY, Ingestion
from gateway.upstream import Answer
from runtime.status import internal
from tests.gateway.functions.world import ARTS, IN_FALL, World

pytestmark = pytest.mark.asyncio(loop_scope="module")
KEY = "the key"
SECRETIVE = "postgres at 10.1.2.3 said no"
COURSE = {
    "code": "CSCI-UA 101",
    "program": "CSCI-UA",
    "programName": "Computer Science",
    "level": 101,
    "title": "Intro",
    "credits": 4,
    "school": ARTS,
    "description": "Words.",
    "courseUrl": "https://x.test",
    "prerequisites": [],
}
PROGRAM: dict[str, Any] = {
    "name": "Physics (BS)",
    "level": "undergraduate",
    "school": ARTS,
    "programUrl": "https://x.test",
    "requirements": [
        {"type": "required", "isMajor": True, "courses": ["A 1"], "description": "Core"},
        {"type": "alternative", "isMajor": False, "courses": ["B 1", "B 2"]},
        {
            "type": "options",
            "isMajor": False,
            "courses": [],
            "courseLevels": [{"program": "C", "level": "400"}, {"program": "D", "level": ""}],
            "creditsRequired": 16,
        },
    ],
}
SECTION: dict[str, Any] = {
    "courseCode": "CSCI-UA 101",
    "classNumber": 1,
    "section": "001",
    "year": 2025,
    "term": "fall",
    "level": "undergraduate",
    "school": ARTS,
    "instructors": ["Ada"],
    "location": "Room 1",
    "days": ["monday"],
    "startTime": "09:30",
    "endTime": "10:45",
    "status": "waitlist",
    "waitlistNum": 3,
    "corequisiteOf": 7,
}


class Scraper:
    """Posts to the routes with a key."""

    def __init__(self, world: World, key: str = KEY) -> None:
        self.writes: list[read_set_pb2.WriteSet] = []
        routes = Ingestion(
            world.upstream, public_methods(), ApiKeys(world.upstream, KEY), self.writes.extend
        ).routes()
        transport = httpx.ASGITransport(Starlette(routes=routes))
        self._client = httpx.AsyncClient(transport=transport, headers={"X-API-KEY": key})

    async def post(self, path: str, body: Any) -> tuple[int, Any]:
        """The answer to a JSON body."""
        answer = await self.send("POST", path, content=json.dumps(body))
        return answer.status_code, answer.json()

    async def send(self, method: str, path: str, **options: Any) -> httpx.Response:
        """The answer to anything."""
        return await self._client.request(method, f"http://gateway{path}", **options)


@pytest.fixture
def scraper(world: World) -> Scraper:
    return Scraper(world)


async def section(world: World, number: float) -> Any:
    args = {"classNumber": number, **IN_FALL}
    return await world.value("courseOfferings:getCourseOfferingByClassNumber", args)


async def test_a_course_is_written_and_replaced(world: World, scraper: Scraper) -> None:
    rows = [
        {"type": "alternative", "courses": ["PRE\u00a01", "PRE 2"]},
        {"type": "options", "courses": ["PRE 3"], "creditsRequired": 8},
    ]
    status, answer = await scraper.post("//api/courses/upsert", {**COURSE, "prerequisites": rows})
    assert status == 200
    found = await world.value("courses:getCourseByCode", {"code": "CSCI-UA 101"})
    assert answer == {"data": found["_id"]}
    assert (found["level"], found["credits"], found["programName"]) == (
        "undergraduate",
        4.0,
        "Computer Science",
    )
    shown = [{k: v for k, v in row.items() if k[0] != "_"} for row in found["prerequisites"]]
    assert shown == [
        {"type": "alternative", "courses": ["PRE 1", "PRE 2"]},
        {"type": "options", "courses": ["PRE 3"], "creditsRequired": 8.0},
    ]
    assert scraper.writes
    again = {**COURSE, "credits": 1.5, "prerequisites": [], "unknown": 1}
    assert await scraper.post("/api/courses/upsert", again) == (200, answer)
    found = await world.value("courses:getCourseByCode", {"code": "CSCI-UA 101"})
    assert (found["credits"], found["prerequisites"]) == (1.5, [])


async def test_a_prerequisite_may_be_written_before_its_course(world: World, scraper: Scraper) -> None:
    later = {**COURSE, "code": "LATE 2", "prerequisites": [{"type": "required", "courses": ["LATE 1"]}]}
    for _ in range(2):
        assert (await scraper.post("/api/courses/upsert", later))[0] == 200
        found = await world.value("courses:getCourseByCode", {"code": "LATE 2"})
        assert [row["courses"] for row in found["prerequisites"]] == [["LATE 1"]]
        assert (await scraper.post("/api/courses/upsert", {**COURSE, "code": "LATE 1"}))[0] == 200


async def test_a_program_is_written_and_replaced(world: World, scraper: Scraper) -> None:
    status, answer = await scraper.post("///api/programs/upsert", PROGRAM)
    assert status == 200
    found = await world.value("programs:getProgramById", {"id": answer["data"]})
    shown = [{k: v for k, v in row.items() if k[0] != "_"} for row in found["requirements"]]
    options = {
        **PROGRAM["requirements"][2],
        "courseLevels": [{"program": "C", "level": 400.0}, {"program": "D", "level": 0.0}],
        "creditsRequired": 16.0,
    }
    assert shown == [*PROGRAM["requirements"][:2], options]
    assert await scraper.post("/api/programs/upsert", {**PROGRAM, "requirements": []}) == (200, answer)
    found = await world.value("programs:getProgramById", {"id": answer["data"]})
    assert found["requirements"] == []


async def test_sections_are_written_and_replaced_as_a_whole(world: World, scraper: Scraper) -> None:
    second = {**SECTION, "classNumber": 2, "isCorequisite": True}
    status, answer = await scraper.post("//api/courseOfferings/upsert", [SECTION, second])
    found = await section(world, 1.0)
    assert (status, answer["data"][0]) == (200, found["_id"])
    assert {key: found[key] for key in SECTION} == SECTION
    assert not found["isCorequisite"]
    assert (await section(world, 2.0))["isCorequisite"]
    optional = ("location", "startTime", "endTime", "waitlistNum", "corequisiteOf")
    bare = {key: value for key, value in SECTION.items() if key not in optional}
    new = {**bare, "classNumber": 3}
    status, answer = await scraper.post("/api/courseOfferings/upsert", [bare, new, new])
    assert (status, answer["data"][0]) == (200, None)
    assert sorted(each is None for each in answer["data"]) == [False, True, True]
    assert set(optional).isdisjoint(await section(world, 1.0))
    assert await scraper.post("/api/courseOfferings/upsert", []) == (200, {"data": []})


async def test_one_bad_section_is_told_and_the_others_are_written(world: World, scraper: Scraper) -> None:
    items = [
        {**SECTION, "classNumber": 10},
        {**SECTION, "classNumber": "11"},
        {**SECTION, "classNumber": 12, "endTime": "09:00"},
        {**SECTION, "classNumber": 13, "startTime": "noon"},
        "nonsense",
        {**SECTION, "classNumber": 14},
    ]
    status, answer = await scraper.post("/api/courseOfferings/upsert", items)
    assert (status, answer["error"]) == (400, "Invalid request body")
    assert [each is None for each in answer["data"]] == [False, True, True, True, True, False]
    assert [each["index"] for each in answer["refused"]] == [1, 2, 3, 4]
    assert [each["path"] for each in answer["issues"]] == [
        [1, "classNumber"],
        [2, "meetings", 0],
        [3, "startTime"],
        [4],
    ]
    assert (await section(world, 10.0), await section(world, 11.0)) != (None, None)
    assert await section(world, 11.0) is None
    assert (await section(world, 14.0))["classNumber"] == 14.0


async def test_settings_are_read_and_written(world: World, scraper: Scraper) -> None:
    asked = {"key": "is_scrape_current"}
    assert await scraper.post("/api/appConfigs/get", asked) == (200, {"data": None})
    status, answer = await scraper.post("/api/appConfigs/set", {**asked, "value": "true"})
    (setting,) = await world.value("appConfigs:getAllAppConfigs")
    assert (status, answer) == (200, {"data": setting["_id"]})
    assert await scraper.post("/api/appConfigs/get", asked) == (200, {"data": "true"})
    status, answer = await scraper.post("/api/appConfigs/set", {"key": "1 2", "value": ""})
    assert (status, answer["issues"][0]["path"]) == (400, ["key"])


@pytest.mark.parametrize(
    ("path", "body", "where"),
    [
        ("courses", {**COURSE, "credits": "4"}, ["credits"]),
        ("courses", {**COURSE, "credits": -1}, ["credits"]),
        ("courses", {**COURSE, "code": " "}, ["code"]),
        ("courses", {**COURSE, "level": "other"}, ["level"]),
        (
            "courses",
            {key: value for key, value in COURSE.items() if key != "prerequisites"},
            ["prerequisites"],
        ),
        ("courses", {**COURSE, "prerequisites": [{"type": "x", "courses": []}]}, ["prerequisites", 0]),
        ("courses", {**COURSE, "prerequisites": [{"type": "required"}]}, ["prerequisites", 0, "courses"]),
        ("courses", [], []),
        ("programs", {**PROGRAM, "level": 1}, ["level"]),
        ("programs", {**PROGRAM, "name": ""}, ["name"]),
        ("programs", None, []),
        ("courseOfferings", {}, []),
        ("courseOfferings", [{**SECTION, "year": 2}], [0, "year"]),
        ("courseOfferings", [{**SECTION, "classNumber": 1.5}], [0, "classNumber"]),
        ("courseOfferings", [{**SECTION, "days": ["Monday"]}], [0, "days", 0]),
    ],
)
async def test_what_is_wrong_is_said(scraper: Scraper, path: str, body: Any, where: list[Any]) -> None:
    status, answer = await scraper.post(f"/api/{path}/upsert", body)
    assert (status, answer["error"]) == (400, "Invalid request body")
    assert answer["issues"][0]["path"] == where
    assert answer["issues"][0]["message"]
    assert [each["index"] for each in answer["refused"]] == [0]


@pytest.mark.parametrize("key", ["", "wrong", "the key ", "klucz"])
async def test_without_the_key_nobody_is_let_in(world: World, key: str) -> None:
    status, answer = await Scraper(world, key).post("/api/appConfigs/get", {"key": "x"})
    assert (status, answer) == (401, {"error": "Invalid or missing API key"})


async def test_without_a_key_set_nobody_is_let_in(world: World) -> None:
    routes = Ingestion(world.upstream, public_methods(), ApiKeys(world.upstream, ""), lambda _: None).routes()
    transport = httpx.ASGITransport(Starlette(routes=routes))
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        for headers in ({}, {"X-API-KEY": ""}):
            answer = await client.post("/api/appConfigs/get", json={"key": "x"}, headers=headers)
            assert answer.status_code == 401


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/appConfigs/get"),
        ("POST", "/api/nothing"),
        ("POST", "/"),
        ("PUT", "//api/courses/upsert"),
    ],
)
async def test_other_paths_lead_nowhere(scraper: Scraper, method: str, path: str) -> None:
    answer = await scraper.send(method, path, json={})
    assert (answer.status_code, answer.text) == (404, f"No HttpAction routed for {path}")


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 100_000, b" " * (MAX_BODY + 1)])
async def test_what_is_no_json_fails(scraper: Scraper, content: bytes) -> None:
    answer = await scraper.send("POST", "/api/courses/upsert", content=content)
    assert answer.status_code == 500
    assert answer.json()["error"]


@pytest.mark.parametrize(
    "broken",
    [
        RuntimeError(SECRETIVE),
        Answer(None, status_pb2.Status(code=14, message=SECRETIVE)),
        Answer(None, status_pb2.Status(code=2, message=SECRETIVE)),
        Answer(None, internal("an id", "catalog")),
    ],
)
async def test_a_defect_of_ours_is_told_by_an_id_alone(
    world: World,
    scraper: Scraper,
    broken: RuntimeError | Answer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def call(*_: object) -> Answer:
        if isinstance(broken, Answer):
            return broken
        raise broken

    monkeypatch.setattr(world.upstream, "call", call)
    status, answer = await scraper.post("/api/courses/upsert", COURSE)
    assert (status, sorted(answer)) == (500, ["error", "requestId"])
    assert "10.1.2.3" not in str(answer)
    assert answer["requestId"] in capsys.readouterr().out


async def test_a_body_that_is_too_long_on_the_way_is_no_defect(world: World) -> None:
    gateway = await world.rig.start_gateway(convex_api_key=KEY, max_request_bytes=1)

    async def parts() -> AsyncIterator[bytes]:  # of no announced length
        yield b"12"

    url = f"http://127.0.0.1:{gateway.http_port}/api/courses/upsert"
    async with httpx.AsyncClient(headers={"X-API-KEY": KEY}) as client:
        answer = await client.post(url, content=parts())
    assert (answer.status_code, answer.json()["code"]) == (413, "RequestTooLarge")


@pytest.mark.parametrize(
    ("program", "number", "meant"),
    [
        ("CSCI-GA", 1, "graduate"),
        ("LAW-LW", 1, "graduate"),
        ("CSCI-UA", 9000, "undergraduate"),
        ("ART", 499, "undergraduate"),
        ("ART", 500, "graduate"),
        ("UA", 500, "graduate"),
    ],
)
async def test_a_numbers_level(program: str, number: float, meant: str) -> None:
    assert level(program, number) == meant


async def test_the_gateway_serves_the_routes_on_both_ports(world: World) -> None:
    gateway = await world.rig.start_gateway(convex_api_key=KEY)
    async with httpx.AsyncClient(headers={"X-API-KEY": KEY}) as client:
        for port in (gateway.http_port, gateway.site_port):
            url = f"http://127.0.0.1:{port}//api/appConfigs/get"
            answer = await client.post(url, json={"key": "no-such-key"})
            assert (answer.status_code, answer.json()) == (200, {"data": None})
            assert (await client.post(f"http://127.0.0.1:{port}/nothing")).status_code == 404
