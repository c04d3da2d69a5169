"""AlbertPlus's own seed, through the scraper's routes and the mutations of the frontends, and out again."""

from __future__ import annotations

import json
from typing import Any

import pytest
import pytest_asyncio
from albertplus.catalog.v1.school_pb2 import SchoolInput

from tests.gateway.functions.test_routes import Scraper
from tests.gateway.functions.world import World, page
from tests.support.dev import ROOT

SEED = ROOT.parent / "shared" / "data" / "albertplus"
pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(not SEED.exists(), reason="AlbertPlus's seed is not beside the repository"),
]


def rows(table: str) -> list[dict[str, Any]]:
    """A table of the seed."""
    found: list[dict[str, Any]] = json.loads((SEED / f"{table}.json").read_text())
    return found


def children(table: str, field: str, value: str) -> list[dict[str, Any]]:
    """The rows of a table that belong to a course or a program, without saying so."""
    return [
        {name: each for name, each in row.items() if name != field}
        for row in rows(table)
        if row[field] == value
    ]


def bare(document: dict[str, Any]) -> dict[str, Any]:
    """A document without what the store adds."""
    return {name: each for name, each in document.items() if not name.startswith("_")}


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def seeded(world: World) -> None:
    """Posts the seed as the scraper does."""
    scraper = Scraper(world)
    for setting in rows("appConfigs"):
        assert (await scraper.post("/api/appConfigs/set", setting))[0] == 200
    for course in rows("courses"):
        more = children("prerequisites", "courseCode", course["code"])
        assert (await scraper.post("//api/courses/upsert", {**course, "prerequisites": more}))[0] == 200
    for program in rows("programs"):
        more = children("requirements", "programName", program["name"])
        assert (await scraper.post("//api/programs/upsert", {**program, "requirements": more}))[0] == 200
    status, _ = await scraper.post("//api/courseOfferings/upsert", rows("courseOfferings"))
    assert status == 200
    for school in rows("schools"):
        await world.put_schools(
            SchoolInput(name=school["name"], short_name=school["shortName"], level=school["level"])
        )


async def test_settings_and_schools(world: World) -> None:
    assert [bare(each) for each in await world.value("appConfigs:getAllAppConfigs")] == rows("appConfigs")
    assert [bare(each) for each in await world.value("schools:getSchools")] == rows("schools")


async def test_courses_with_their_prerequisites(world: World) -> None:
    for course in rows("courses"):
        found = await world.value("courses:getCourseByCode", {"code": course["code"]})
        shown = [bare(each) for each in found.pop("prerequisites")]
        assert bare(found) == course
        assert shown == children("prerequisites", "courseCode", course["code"])


async def test_programs_with_their_requirements(world: World) -> None:
    for program in rows("programs"):
        found = await world.value("programs:getProgramByName", {"name": program["name"]})
        shown = [bare(each) for each in found.pop("requirements")]
        assert bare(found) == program
        assert shown == children("requirements", "programName", program["name"])


async def test_sections_with_their_courses(world: World) -> None:
    seed = {(row["classNumber"], row["term"]): row for row in rows("courseOfferings")}
    codes = {row["code"] for row in rows("courses")}
    shown = []
    for term, year in sorted({(row["term"], row["year"]) for row in seed.values()}):
        args = {"term": term, "year": float(year), **page(500)}
        shown += (await world.value("courseOfferings:getCourseOfferings", args))["page"]
    assert len(shown) == sum(not row["isCorequisite"] for row in seed.values())
    for found in shown:
        course = found.pop("course")
        assert (course["code"] if course else None) == (
            found["courseCode"] if found["courseCode"] in codes else None
        )
        assert bare(found) == seed[found["classNumber"], found["term"]]


async def test_a_student_with_a_history_and_a_schedule(world: World) -> None:
    who = world.student()
    history = [{name: each for name, each in row.items() if name != "userId"} for row in rows("userCourses")]
    for row in history:
        row["year"] = float(row["year"])
    found = await world.value("userCourses:importUserCourses", {"courses": history}, who=who)
    assert found["inserted"] == len(history)
    shown = await world.value("userCourses:getUserCourses", who=who)
    assert [{name: row[name] for name in row if name in history[0]} for row in shown] == history
    numbers = [float(row["classNumber"]) for row in rows("userCourseOfferings")]
    for number in numbers:
        args = {"classNumber": number, "forceAdd": True}
        await world.value("userCourseOfferings:addUserCourseOffering", args, who=who)
    entries = await world.value("userCourseOfferings:getUserCourseOfferings", who=who)
    assert [each["courseOffering"]["classNumber"] for each in entries] == numbers


async def test_a_student_profile(world: World) -> None:
    (seed,) = rows("students")
    program = await world.value("programs:getProgramByName", {"name": seed["programs"][0]})
    school = {"name": seed["school"], "level": seed["schoolLevel"]}
    school = await world.value("schools:getSchoolByNameAndLevel", school)
    terms = {
        name: {**seed[name], "year": float(seed[name]["year"])}
        for name in ("startingDate", "expectedGraduationDate")
    }
    args = {"programs": [program["_id"]], "school": school["_id"], **terms}
    await world.value("students:upsertCurrentStudent", args, who=seed["userId"])
    found = await world.value("students:getCurrentStudent", who=seed["userId"])
    assert (found["school"], [each["name"] for each in found["programs"]]) == (school, seed["programs"])
    assert {name: found[name] for name in terms} == terms
