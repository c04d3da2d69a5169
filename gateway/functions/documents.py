"""Documents: what services answer in the shape of AlbertPlus's tables.

A field without a value is absent, never null; every number is a float64.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from albertplus.catalog.v1 import app_config_pb2, course_pb2, offering_pb2, program_pb2, school_pb2, term_pb2
from albertplus.identity.v1 import invite_pb2, student_pb2
from albertplus.planner.v1 import schedule_pb2, student_course_pb2
from google.protobuf.timestamp_pb2 import Timestamp

from gateway.functions import meetings, prerequisites, requirements

Document = dict[str, Any]

TERMS = {
    term_pb2.SEASON_SPRING: "spring",
    term_pb2.SEASON_SUMMER: "summer",
    term_pb2.SEASON_FALL: "fall",
    term_pb2.SEASON_J_TERM: "j-term",
    term_pb2.SEASON_WINTER: "winter",
}
SEASONS = {name: season for season, name in TERMS.items()}
STATUSES = {
    offering_pb2.OFFERING_STATUS_OPEN: "open",
    offering_pb2.OFFERING_STATUS_CLOSED: "closed",
    offering_pb2.OFFERING_STATUS_WAITLIST: "waitlist",
    offering_pb2.OFFERING_STATUS_CANCELLED: "closed",  # the frontends know no cancelled section
}
GRADES = {
    number: name.removeprefix("GRADE_").lower().replace("_minus", "-").replace("_plus", "+")
    for name, number in student_course_pb2.Grade.items()
    if number
}
GRADE_NUMBERS = {name: number for number, name in GRADES.items()}
_NAMESPACE = uuid.UUID("5f0b7a4e-6f0e-5b0c-9b56-0f6f5b7f1d11")


def document(id_: str, created: Timestamp, /, **fields: Any) -> Document:
    """A document with those of its fields that have a value."""
    given = {name: value for name, value in fields.items() if value is not None}
    return {"_id": id_, "_creationTime": milliseconds(created), **given}


def milliseconds(time: Timestamp) -> float:
    """A time as JavaScript counts it."""
    return time.seconds * 1000 + time.nanos / 1e6


def derived_id(*parts: object) -> str:
    """The id of something that has none where it is stored: always the same for the same parts."""
    return str(uuid.uuid5(_NAMESPACE, "/".join(map(str, parts))))


def by_creation(found: Iterable[Document]) -> list[Document]:
    """Documents in the order in which they were made."""
    return sorted(found, key=lambda each: (each["_creationTime"], each["_id"]))


def app_config(setting: app_config_pb2.AppConfig) -> Document:
    """appConfigs."""
    return document(app_config_id(setting.key), setting.create_time, key=setting.key, value=setting.value)


def app_config_id(key: str) -> str:
    """The id of a setting, which is stored by its key."""
    return derived_id("appConfigs", key)


def school(found: school_pb2.School) -> Document:
    """schools."""
    return document(
        found.id, found.create_time, name=found.name, shortName=found.short_name, level=found.level
    )


def program(found: program_pb2.Program) -> Document:
    """programs."""
    return document(
        found.id,
        found.create_time,
        name=found.name,
        level=found.level,
        school=found.school,
        programUrl=found.url,
    )


def program_with_requirements(found: program_pb2.Program) -> Document:
    """programs, with the program's requirements."""
    rows = requirements.to_flat(found.requirements)
    return program(found) | {"requirements": _children(found.id, found.create_time, "requirements", rows)}


def course(found: course_pb2.Course) -> Document:
    """courses. Of variable credit, the least that counts for something."""
    return document(
        found.id,
        found.create_time,
        code=found.code,
        program=found.subject,
        programName=found.subject_name,
        level=found.level,
        title=found.title,
        credits=found.credits_min or found.credits_max,
        school=found.school,
        description=found.description,
        courseUrl=found.url,
    )


def course_with_prerequisites(found: course_pb2.Course) -> Document:
    """courses, with the course's prerequisites."""
    rows = prerequisites.to_flat(found.prerequisite) if found.HasField("prerequisite") else []
    return course(found) | {"prerequisites": _children(found.id, found.create_time, "prerequisites", rows)}


def offering(found: offering_pb2.Offering) -> Document:
    """courseOfferings, with when and where the main meeting of the week is."""
    return document(
        found.id,
        found.create_time,
        courseCode=found.course_code,
        classNumber=float(found.class_number),
        title=found.title or None,
        section=found.section,
        description=found.description or None,
        **semester(found.term),
        level=found.level,
        school=found.school,
        instructors=list(found.instructors),
        **meetings.flat(found.meetings),
        status=STATUSES.get(found.status, "closed"),
        waitlistNum=float(found.waitlist_count) if found.HasField("waitlist_count") else None,
        isCorequisite=found.corequisite,
        corequisiteOf=float(found.corequisite_of) if found.HasField("corequisite_of") else None,
    )


def user_course(found: student_course_pb2.StudentCourse, user: str) -> Document:
    """userCourses, with the catalog's course."""
    fields = document(
        found.id,
        found.create_time,
        userId=user,
        courseCode=found.course_code,
        title=found.title,
        **semester(found.term),
        alternativeOf=found.alternative_of if found.HasField("alternative_of") else None,
        grade=GRADES.get(found.grade),
    )
    return fields | {"course": course(found.course) if found.HasField("course") else None}


def entry(found: schedule_pb2.ScheduleEntry, user: str) -> Document:
    """userCourseOfferings, with the catalog's section, which must be there."""
    fields = document(
        found.id,
        found.create_time,
        userId=user,
        classNumber=float(found.class_number),
        alternativeOf=found.alternative_of if found.HasField("alternative_of") else None,
    )
    return fields | {"courseOffering": offering(found.offering)}


def student(found: student_pb2.Student, programs: Iterable[Document], of_school: Document | None) -> Document:
    """students, with the programs and the school that are still in the catalog."""
    fields = document(
        found.id,
        found.create_time,
        userId=found.user_id,
        programs=list(programs),
        startingDate=semester(found.starting_term),
        expectedGraduationDate=semester(found.expected_graduation_term),
    )
    return fields | {"school": of_school}


def invite(found: invite_pb2.Invite, user: str) -> Document:
    """studentInvites."""
    return document(found.id, found.create_time, userId=user, name=found.name, email=found.email)


def semester(term: term_pb2.Term) -> Document:
    """A term as its two fields."""
    return {"year": float(term.year), "term": TERMS.get(term.season, "fall")}


def term(fields: Document) -> term_pb2.Term | None:
    """The term of the fields `year` and `term`; None for a year in which no term can be."""
    year = fields["year"]
    if not year.is_integer() or not 1900 <= year <= 2200:
        return None
    return term_pb2.Term(year=int(year), season=SEASONS[fields["term"]])


def _children(parent: str, created: Timestamp, table: str, rows: Iterable[Document]) -> list[Document]:
    """Rows that are stored inside of something else, with ids that stay the same."""
    return [document(derived_id(parent, table, at), created, **row) for at, row in enumerate(rows)]
