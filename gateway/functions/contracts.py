"""The arguments that functions take and the results they return, where a name says more than the shape."""

from __future__ import annotations

from gateway.functions import schema
from gateway.functions.schema import PAGINATION, paginated
from gateway.functions.validators import ANY, BOOLEAN, NUMBER, STRING, Array, Id, Object, Validator, nullable

_TERM: dict[str, Validator] = {"term": schema.TERM, "year": NUMBER}
_PAGE: dict[str, Validator] = {"paginationOpts": PAGINATION}
_QUERY: dict[str, Validator] = {"query": STRING}
_ENTRY = Id("userCourseOfferings")
_ALTERNATIVE: dict[str, Validator] = {"alternativeOf": _ENTRY}


def by(field: str, validator: Validator = STRING) -> Object:
    """One argument."""
    return Object({field: validator})


def by_id(table: str, field: str = "id") -> Object:
    """The id of a table's document."""
    return Object({field: Id(table)})


NOTHING = Object()
KEY = by("key")
SETTING = Object({"key": STRING, "value": STRING})
SCHOOL_KEY = Object({"name": schema.SCHOOL, "level": schema.LEVEL})
PROGRAMS_PAGE = Object(_PAGE, _QUERY)
COURSES_PAGE = Object({"level": schema.LEVEL, **_PAGE}, {**_QUERY, "schools": Array(schema.SCHOOL)})
SECTIONS_PAGE = Object({**_TERM, **_PAGE}, _QUERY)
SECTION = Object({"classNumber": NUMBER, **_TERM})
COURSES_OF_TERM = Object({"courseCodes": schema.CODES, **_TERM})
CLASS_NUMBERS = by("classNumbers", Array(NUMBER))
PROFILE = schema.STUDENT_FIELDS
INVITE = Object({"name": STRING, "email": STRING})
COURSE = schema.USER_COURSE
COURSE_CHANGES = COURSE.without("courseCode").partial().extended({"id": Id("userCourses")})
COURSES = by("courses", Array(COURSE))
ADDED_SECTION = Object({"classNumber": NUMBER}, {**_ALTERNATIVE, "forceAdd": BOOLEAN})
ALTERNATIVE = by_id("userCourseOfferings", "alternativeId")
MAIN_ENTRY = by_id("userCourseOfferings", "userCourseOfferingId")
CHANGED_SECTION = Object({"id": _ENTRY, "classNumber": NUMBER}, _ALTERNATIVE)

A_SCHOOL = nullable(schema.SCHOOL_DOCUMENT)
A_PROGRAM = nullable(schema.PROGRAM_WITH_REQUIREMENTS)
A_COURSE = nullable(schema.COURSE_WITH_PREREQUISITES)
A_SECTION = nullable(schema.OFFERING)
A_STUDENT = nullable(schema.STUDENT)
AN_INVITE = nullable(schema.INVITE)
SETTINGS = Array(schema.APP_CONFIG)
SCHOOLS = Array(schema.SCHOOL_DOCUMENT)
PROGRAMS = paginated(schema.PROGRAM)
COURSE_PAGE = paginated(schema.COURSE)
SECTION_PAGE = paginated(schema.OFFERING_WITH_COURSE)
SECTIONS = Array(schema.OFFERING)
MAYBE_SECTIONS = Array(A_SECTION)
USER_COURSES = Array(schema.USER_COURSE_WITH_COURSE)
ENTRIES = Array(schema.ENTRY)
IMPORTED = Object(
    {"inserted": NUMBER, "updated": NUMBER, "duplicates": NUMBER, "ids": Array(Id("userCourses"))}
)
JOB = Object({"success": BOOLEAN, "jobId": ANY, "jobType": STRING})
