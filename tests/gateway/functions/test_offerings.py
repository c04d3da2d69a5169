"""courseOfferings."""

from __future__ import annotations

from typing import Any

import pytest
from albertplus.catalog.v1 import offering_pb2

from gateway.functions import meetings
from tests.gateway.functions.world import (
    ARTS,
    IN_FALL,
    NOBODY,
    SPRING,
    World,
    course,
    offering,
    page,
    weekly,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")
LIST = "courseOfferings:getCourseOfferings"
BY_NUMBERS = "userCourseOfferings:getCourseOfferingsByClassNumbers"


def numbers(found: list[Any]) -> list[float]:
    return [each["classNumber"] for each in found]


async def test_a_section_has_all_its_fields(world: World) -> None:
    (id_,) = await world.put_offerings(
        offering(
            1001,
            title="Intro",
            description="Words.",
            instructors=["Ada Lovelace"],
            meetings=[weekly(1, 3, location="Room 1")],
            status=offering_pb2.OFFERING_STATUS_WAITLIST,
            waitlist_count=7,
            corequisite=True,
            corequisite_of=1000,
        )
    )
    found = await world.value("courseOfferings:getCourseOfferingById", {"id": id_})
    section = {"classNumber": 1001.0, **IN_FALL}
    assert found == await world.value("courseOfferings:getCourseOfferingByClassNumber", section)
    assert found.pop("_creationTime") > 1.7e12
    assert found == {
        "_id": id_,
        "courseCode": "CSCI-UA 101",
        "classNumber": 1001.0,
        "title": "Intro",
        "section": "001",
        "description": "Words.",
        **IN_FALL,
        "level": "undergraduate",
        "school": ARTS,
        "instructors": ["Ada Lovelace"],
        "days": ["monday", "wednesday"],
        "startTime": "10:00",
        "endTime": "11:00",
        "location": "Room 1",
        "status": "waitlist",
        "waitlistNum": 7.0,
        "isCorequisite": True,
        "corequisiteOf": 1000.0,
    }


async def test_what_a_section_does_not_have_is_absent(world: World) -> None:
    (id_,) = await world.put_offerings(offering(1002))
    found = await world.value("courseOfferings:getCourseOfferingById", {"id": id_})
    assert found["days"] == []
    assert {"title", "startTime", "endTime", "location", "waitlistNum", "corequisiteOf"}.isdisjoint(found)


async def test_a_cancelled_section_is_closed(world: World) -> None:
    await world.put_offerings(offering(1003, status=offering_pb2.OFFERING_STATUS_CANCELLED))
    section = {"classNumber": 1003.0, **IN_FALL}
    found = await world.value("courseOfferings:getCourseOfferingByClassNumber", section)
    assert found["status"] == "closed"


@pytest.mark.parametrize(
    "wrong",
    [{"classNumber": 99999.0}, {"classNumber": 0.5}, {"classNumber": -1.0}, {"year": 2.0}, {"year": 2025.5}],
)
async def test_a_section_that_is_not_there_is_null(world: World, wrong: dict[str, float]) -> None:
    section = {"classNumber": 1.0, **IN_FALL, **wrong}
    assert await world.value("courseOfferings:getCourseOfferingByClassNumber", section) is None
    assert await world.value("courseOfferings:getCorequisitesByCourseCode", section) == []
    assert await world.value("courseOfferings:getCourseOfferingById", {"id": NOBODY}) is None


async def test_sections_of_courses_come_as_asked(world: World) -> None:
    await world.put_offerings(offering(12, "Z 1"))
    await world.put_offerings(offering(11, "Z 1", corequisite=True))
    await world.put_offerings(offering(13, "A 1"), offering(15, "A 1", term=SPRING))
    await world.put_offerings(offering(14, "A 1"))
    args = {"courseCodes": ["Z 1", "A 1", "NONE 1", "Z 1", ""], **IN_FALL}
    found = await world.value("courseOfferings:getCourseOfferingsByCourseCodes", args)
    assert numbers(found) == [12, 11, 13, 14, 12, 11]
    for wanted in ({**args, "courseCodes": []}, {**args, "year": 1.0}):
        assert await world.value("courseOfferings:getCourseOfferingsByCourseCodes", wanted) == []


async def test_components_are_found_by_their_section(world: World) -> None:
    await world.put_offerings(offering(20), offering(22, corequisite_of=20))
    await world.put_offerings(offering(21, corequisite_of=20))
    await world.put_offerings(offering(23, term=SPRING, corequisite_of=20))
    section = {"classNumber": 20.0, **IN_FALL}
    assert numbers(await world.value("courseOfferings:getCorequisitesByCourseCode", section)) == [22, 21]


SUMMER: dict[str, Any] = {"term": "summer", "year": 2026.0}


async def put_summer(world: World, *offerings: Any) -> None:
    for each in offerings:
        each.term.year, each.term.season = 2026, SPRING.season + 1
        await world.put_offerings(each)


async def test_a_term_is_paged_the_newest_first_with_courses(world: World) -> None:
    await world.put_courses(course("MATH-UA 1", "Calculus"))
    await put_summer(world, *(offering(n, "MATH-UA 1", title="Calculus") for n in (31, 33, 32)))
    await put_summer(world, offering(34, "GONE 1"), offering(35, "MATH-UA 1", corequisite=True))
    first = await world.value(LIST, {**SUMMER, **page(2)})
    assert numbers(first["page"]) == [34, 32]
    assert [each["course"] and each["course"]["code"] for each in first["page"]] == [None, "MATH-UA 1"]
    rest = await world.value(LIST, {**SUMMER, **page(9, first["continueCursor"])})
    assert (numbers(rest["page"]), rest["isDone"]) == ([33, 31], True)
    found = await world.value(LIST, {**SUMMER, "query": "calc", **page()})
    assert numbers(found["page"]) == [31, 32, 33]
    found = await world.value(LIST, {**SUMMER, "query": "math-ua 1", **page()})
    assert numbers(found["page"]) == [31, 32, 33]


async def test_a_year_without_terms_has_an_empty_page(world: World) -> None:
    found = await world.value(LIST, {"term": "fall", "year": 2.0, **page()})
    assert (found["page"], found["isDone"]) == ([], True)


async def test_a_class_number_alone_means_the_next_term(world: World) -> None:
    await world.put_offerings(offering(40, section="F"), offering(40, term=SPRING, section="S"), offering(41))
    await world.configure(next_term="spring", next_year="2026", current_term="fall", current_year="2025")
    asked = {"classNumbers": [41.0, 40.0, 0.5, 99998.0, 40.0]}
    found = await world.value(BY_NUMBERS, asked)
    assert [each and (each["classNumber"], each["term"]) for each in found] == [
        (41.0, "fall"),
        (40.0, "spring"),
        None,
        None,
        (40.0, "spring"),
    ]
    await world.configure(next_term="summer", next_year="2031")
    found = await world.value(BY_NUMBERS, {"classNumbers": [40.0]})
    assert found[0]["term"] == "fall"
    await world.configure(current_year="soon")
    found = await world.value(BY_NUMBERS, {"classNumbers": [40.0]})
    assert found[0]["term"] == "spring"


@pytest.mark.parametrize(
    ("patterns", "days", "start", "location"),
    [
        ([weekly(1)], ["monday"], "10:00", None),
        ([weekly(2, first_date="2025-12-16", last_date="2025-12-16"), weekly(1)], ["monday"], "10:00", None),
        ([weekly(1, location="A"), weekly(3, location="B")], ["monday", "wednesday"], "10:00", "A"),
        ([weekly(1), weekly(3, start=720, end=780)], ["monday"], "10:00", None),
        (
            [offering_pb2.Meeting(location="Online"), weekly(5, start=545, end=1440)],
            ["friday"],
            "09:05",
            None,
        ),
        ([offering_pb2.Meeting(location="Online")], [], None, "Online"),
        ([], [], None, None),
    ],
)
async def test_the_main_meeting_is_shown(
    patterns: list[Any], days: list[str], start: str | None, location: str | None
) -> None:
    found = meetings.flat(patterns)
    assert (found["days"], found["startTime"], found["location"]) == (days, start, location)


async def test_flat_fields_are_one_meeting() -> None:
    fields = {"days": ["friday", "monday"], "startTime": "9:05", "endTime": "10:20", "location": "A"}
    (meeting,) = meetings.of_fields(fields)
    assert meetings.flat([meeting]) == {**fields, "days": ["monday", "friday"], "startTime": "09:05"}
    assert meetings.of_fields({"days": []}) == []
    for wrong in ("25:00", "noon", "10:60", "10", "24:01"):
        with pytest.raises(meetings.BadTime):
            meetings.minute(wrong)
