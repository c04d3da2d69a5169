"""appConfigs, schools, programs and courses."""

from __future__ import annotations

from typing import Any

import pytest
from albertplus.catalog.v1.pool_pb2 import Pool
from albertplus.catalog.v1.prerequisite_pb2 import Prerequisite
from albertplus.catalog.v1.requirement_pb2 import Requirement
from albertplus.catalog.v1.school_pb2 import SchoolInput

from tests.gateway.functions.world import ARTS, LAW, NOBODY, World, course, page, program

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_setting_is_set_read_and_removed(world: World) -> None:
    ada: dict[str, Any] = {"who": "ada", "admin": True}
    setting = {"key": "is_scrape_next", "value": "true"}
    first = await world.value("appConfigs:setAppConfig", setting, **ada)
    second = await world.value("appConfigs:setAppConfig", {**setting, "value": "false"}, **ada)
    assert first == second
    assert await world.value("appConfigs:getAppConfig", {"key": "is_scrape_next"}) == "false"
    assert await world.value("appConfigs:removeAppConfig", {"key": "is_scrape_next"}, **ada) is True
    assert await world.value("appConfigs:removeAppConfig", {"key": "is_scrape_next"}, **ada) is False
    assert await world.value("appConfigs:getAppConfig", {"key": "is_scrape_next"}) is None


async def test_all_settings_are_listed_in_the_order_they_were_made(world: World) -> None:
    for key in ("next_term", "current_term", "a_key"):
        await world.configure(**{key: "x"})
    await world.configure(next_term="fall")
    found = await world.value("appConfigs:getAllAppConfigs")
    assert [(each["key"], each["value"]) for each in found] == [
        ("next_term", "fall"),
        ("current_term", "x"),
        ("a_key", "x"),
    ]


@pytest.mark.parametrize("key", ["", "x" * 101, "no-such-key"])
async def test_a_key_that_cannot_be_is_no_setting(world: World, key: str) -> None:
    assert await world.value("appConfigs:getAppConfig", {"key": key}) is None
    assert await world.value("appConfigs:removeAppConfig", {"key": key}, who="ada", admin=True) is False


async def test_a_key_that_cannot_be_cannot_be_set(world: World) -> None:
    said = await world.data("appConfigs:setAppConfig", {"key": "", "value": ""}, who="ada", admin=True)
    assert "key" in said


async def test_schools_are_for_everybody(world: World) -> None:
    await world.put_schools(SchoolInput(name=LAW, level="graduate", short_name="Law"))
    await world.put_schools(SchoolInput(name=ARTS, level="undergraduate", short_name="CAS"))
    found = await world.value("schools:getSchools", who="")
    assert [each["name"] for each in found] == [LAW, ARTS]
    law = {"name": LAW, "level": "graduate"}
    assert await world.value("schools:getSchoolByNameAndLevel", law, who="") == found[0]
    assert found[0]["shortName"] == "Law"
    for missing in ({**law, "level": "undergraduate"}, {**law, "name": "x"}, {**law, "name": ""}):
        assert await world.value("schools:getSchoolByNameAndLevel", missing, who="") is None


REQUIREMENTS = [
    Requirement(courses=Requirement.CourseSet(codes=["A 1", "A 2"]), major=True, description="Core"),
    Requirement(some=Requirement.CoursesFrom(n=1, pool=Pool(codes=["B 1", "B 2"]))),
    Requirement(
        credits=Requirement.CreditsFrom(
            min=16, pool=Pool(codes=["C 1"], subject_levels=[{"subject": "C", "level": 400}])
        )
    ),
]
ROWS = [
    {"type": "required", "courses": ["A 1", "A 2"], "isMajor": True, "description": "Core"},
    {"type": "alternative", "courses": ["B 1", "B 2"], "isMajor": False},
    {
        "type": "options",
        "courses": ["C 1"],
        "courseLevels": [{"program": "C", "level": 400.0}],
        "creditsRequired": 16.0,
        "isMajor": False,
    },
]


async def test_a_program_comes_with_its_requirements(world: World) -> None:
    (id_,) = await world.put_programs(program("Physics", url="https://x.test", requirements=REQUIREMENTS))
    found = await world.value("programs:getProgramById", {"id": id_})
    assert found == await world.value("programs:getProgramByName", {"name": "Physics"})
    assert {key: found[key] for key in ("_id", "name", "level", "school", "programUrl")} == {
        "_id": id_,
        "name": "Physics",
        "level": "undergraduate",
        "school": ARTS,
        "programUrl": "https://x.test",
    }
    rows = found["requirements"]
    assert [{k: v for k, v in row.items() if k[0] != "_"} for row in rows] == ROWS
    assert len({row["_id"] for row in rows}) == 3
    assert found == await world.value("programs:getProgramById", {"id": id_})


async def test_a_program_that_is_not_there_is_null(world: World) -> None:
    assert await world.value("programs:getProgramById", {"id": NOBODY}) is None
    for name in ("", "Physic", "x" * 500):
        assert await world.value("programs:getProgramByName", {"name": name}) is None


async def test_of_programs_with_one_name_the_oldest_is_found(world: World) -> None:
    (first,) = await world.put_programs(program("Twice", school=LAW))
    await world.put_programs(program("Twice", school=ARTS))
    assert (await world.value("programs:getProgramByName", {"name": "Twice"}))["_id"] == first


async def test_programs_are_paged_the_newest_first(world: World) -> None:
    names = [f"Anthropology {n}" for n in range(5)]
    for name in names:
        await world.put_programs(program(name))
    first = await world.value("programs:getPrograms", page(2))
    assert [each["name"] for each in first["page"]] == ["Anthropology 4", "Anthropology 3"]
    assert not first["isDone"]
    second = await world.value("programs:getPrograms", page(2, first["continueCursor"]))
    assert [each["name"] for each in second["page"]] == ["Anthropology 2", "Anthropology 1"]
    assert "requirements" not in second["page"][0]


async def test_programs_are_searched(world: World) -> None:
    await world.put_programs(program("Musicology"), program("Music Business"))
    found = await world.value("programs:getPrograms", {"query": "music bus", **page()})
    assert [each["name"] for each in found["page"]] == ["Music Business"]
    nothing = await world.value("programs:getPrograms", {"query": "zzzz", **page()})
    assert (nothing["page"], nothing["isDone"]) == ([], True)
    blank = await world.value("programs:getPrograms", {"query": " ", **page(1)})
    assert len(blank["page"]) == 1


async def test_a_course_comes_with_its_prerequisites(world: World) -> None:
    rule = Prerequisite.CourseRule
    tree = Prerequisite(
        all=Prerequisite.All(
            rules=[
                Prerequisite(course=rule(code="PRE 1")),
                Prerequisite(
                    any=Prerequisite.Any(
                        rules=[
                            Prerequisite(course=rule(code="PRE 2")),
                            Prerequisite(course=rule(code="PRE 3")),
                        ]
                    )
                ),
                Prerequisite(credits=Prerequisite.CreditsRule(min=8, pool=Pool(codes=["PRE 4"]))),
            ]
        )
    )
    await world.put_courses(*(course(f"PRE {n}") for n in range(1, 5)))
    (id_,) = await world.put_courses(
        course(
            "POST 1",
            "After that",
            subject_name="Posts",
            prerequisite=tree,
            description="Words.",
            url="https://x.test",
        )
    )
    found = await world.value("courses:getCourseByCode", {"code": "POST 1"})
    assert found == await world.value("courses:getCourseById", {"id": id_})
    rows = found.pop("prerequisites")
    assert {key: value for key, value in found.items() if key != "_creationTime"} == {
        "_id": id_,
        "code": "POST 1",
        "program": "POST",
        "programName": "Posts",
        "level": "undergraduate",
        "title": "After that",
        "credits": 4.0,
        "school": ARTS,
        "description": "Words.",
        "courseUrl": "https://x.test",
    }
    assert [{k: v for k, v in row.items() if k[0] != "_"} for row in rows] == [
        {"type": "required", "courses": ["PRE 1"]},
        {"type": "alternative", "courses": ["PRE 2", "PRE 3"]},
        {"type": "options", "courses": ["PRE 4"], "creditsRequired": 8.0},
    ]


async def test_a_course_that_is_not_there_is_null(world: World) -> None:
    assert await world.value("courses:getCourseById", {"id": NOBODY}) is None
    for code in ("", "NO 1", "x" * 200):
        assert await world.value("courses:getCourseByCode", {"code": code}) is None


async def test_a_course_that_appears_was_looked_at(world: World) -> None:
    outcome = await world.run("courses:getCourseByCode", {"code": "NO 2"}, who="somebody")
    assert outcome.value == b"null"
    assert outcome.reads is not None
    assert [list(read.keys) for read in outcome.reads.reads] == [["catalog.courses/by_code/NO 2"]]
    assert not outcome.reads.personal


@pytest.mark.parametrize("credits", [(0, 3, 3.0), (1.5, 4, 1.5)])
async def test_a_course_has_credits_that_count(world: World, credits: tuple[float, float, float]) -> None:
    low, high, shown = credits
    await world.put_courses(course("CRED 1", credits_min=low, credits_max=high))
    assert (await world.value("courses:getCourseByCode", {"code": "CRED 1"}))["credits"] == shown


async def codes(world: World, **args: Any) -> list[str]:
    found = await world.value("courses:getCourses", {"level": "undergraduate", **page(1000), **args})
    assert found["isDone"]
    return [each["code"] for each in found["page"]]


async def test_courses_are_paged_by_level_the_newest_first(world: World) -> None:
    for number in range(3):
        await world.put_courses(course(f"LVL {number}", level="graduate"))
    found = await world.value("courses:getCourses", {"level": "graduate", **page(2)})
    assert [each["code"] for each in found["page"]] == ["LVL 2", "LVL 1"]
    rest = await world.value("courses:getCourses", {"level": "graduate", **page(2, found["continueCursor"])})
    assert ([each["code"] for each in rest["page"]], rest["isDone"]) == (["LVL 0"], True)


async def test_courses_are_found_by_code_and_by_title(world: World) -> None:
    await world.put_courses(course("FIND-UA 101", "Needlework"), course("OTHER 1", "Haystacks"))
    assert await codes(world, query="find-ua 1") == ["FIND-UA 101"]
    assert await codes(world, query="needle") == ["FIND-UA 101"]
    assert "OTHER 1" in await codes(world, query="")


async def test_courses_of_several_schools(world: World) -> None:
    await world.put_courses(
        course("SCH 1", school=LAW), course("SCH 2", school="Other"), course("SCH 3", school="Third")
    )
    assert await codes(world, schools=[LAW, "Other"]) == ["SCH 2", "SCH 1"]
    assert await codes(world, schools=[LAW, "Other"], query="sch") == ["SCH 1", "SCH 2"]
    assert len(await codes(world, schools=[])) > 3


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("courses:getCourses", {"level": "other", **page()}),
        ("courses:getCourses", {"level": "graduate"}),
        ("courses:getCourses", {"level": "graduate", "paginationOpts": {"numItems": "1", "cursor": None}}),
        ("courses:getCourseByCode", {}),
        ("courses:getCourseByCode", {"code": 5.0}),
        ("courses:getCourseById", {"id": "nope"}),
        ("courses:getCourseByCode", {"code": "A 1", "more": 1.0}),
        ("appConfigs:getAllAppConfigs", {"key": "x"}),
    ],
)
async def test_wrong_arguments_are_refused(world: World, name: str, args: Any) -> None:
    failure = await world.failure(name, args)
    assert failure.text.startswith("ArgumentValidationError: ")
    assert failure.data is None
