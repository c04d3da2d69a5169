"""The documents that functions take and return: AlbertPlus's tables as its frontends know them."""

from __future__ import annotations

from gateway.functions.validators import (
    BOOLEAN,
    NUMBER,
    STRING,
    Array,
    Id,
    Literal,
    Object,
    Union,
    Validator,
    literals,
    nullable,
)

TERM = literals("spring", "summer", "fall", "j-term")
LEVEL = literals("undergraduate", "graduate")
DAY = literals("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
STATUS = literals("open", "closed", "waitlist")
GRADE = literals("a", "a-", "b+", "b", "b-", "c+", "c", "c-", "d+", "d", "p", "f", "w")
SCHOOL = STRING  # schools are data: another university has others
SEMESTER = Object({"year": NUMBER, "term": TERM})
CODES = Array(STRING)

_SET = {"isMajor": BOOLEAN, "courses": CODES}
_OPTIONS = {"creditsRequired": NUMBER}
_LEVELS = Array(Object({"program": STRING, "level": NUMBER}))
_DESCRIPTION = {"description": STRING}
REQUIREMENTS = (
    Object({"type": Literal("required"), **_SET}, _DESCRIPTION),
    Object({"type": Literal("alternative"), **_SET}, _DESCRIPTION),
    Object({"type": Literal("options"), **_SET, "courseLevels": _LEVELS, **_OPTIONS}, _DESCRIPTION),
)
PREREQUISITES = (
    Object({"type": Literal("required"), "courses": CODES}),
    Object({"type": Literal("alternative"), "courses": CODES}),
    Object({"type": Literal("options"), "courses": CODES, **_OPTIONS}),
)
_USER = {"userId": STRING}
_STUDENT = {
    "programs": Array(Id("programs")),
    "school": Id("schools"),
    "startingDate": SEMESTER,
    "expectedGraduationDate": SEMESTER,
}
USER_COURSE = Object(
    {"courseCode": STRING, "title": STRING, "year": NUMBER, "term": TERM},
    {"alternativeOf": Id("userCourses"), "grade": GRADE},
)

TABLES: dict[str, tuple[Object, ...]] = {
    "appConfigs": (Object({"key": STRING, "value": STRING}),),
    "schools": (Object({"name": SCHOOL, "shortName": STRING, "level": LEVEL}),),
    "programs": (Object({"name": STRING, "level": LEVEL, "school": SCHOOL, "programUrl": STRING}),),
    "requirements": tuple(each.extended({"programId": Id("programs")}) for each in REQUIREMENTS),
    "courses": (
        Object(
            {
                "code": STRING,
                "program": STRING,
                "programName": STRING,
                "level": LEVEL,
                "title": STRING,
                "credits": NUMBER,
                "school": SCHOOL,
                "description": STRING,
                "courseUrl": STRING,
            }
        ),
    ),
    "prerequisites": tuple(each.extended({"courseId": Id("courses")}) for each in PREREQUISITES),
    "courseOfferings": (
        Object(
            {
                "courseCode": STRING,
                "classNumber": NUMBER,
                "section": STRING,
                "year": NUMBER,
                "term": TERM,
                "level": LEVEL,
                "school": SCHOOL,
                "instructors": Array(STRING),
                "days": Array(DAY),
                "status": STATUS,
                "isCorequisite": BOOLEAN,
            },
            {
                "title": STRING,
                "description": STRING,
                "location": STRING,
                "startTime": STRING,
                "endTime": STRING,
                "waitlistNum": NUMBER,
                "corequisiteOf": NUMBER,
            },
        ),
    ),
    "userCourses": (USER_COURSE.extended(_USER),),
    "userCourseOfferings": (
        Object({**_USER, "classNumber": NUMBER}, {"alternativeOf": Id("userCourseOfferings")}),
    ),
    "students": (Object({**_USER, **_STUDENT}),),
    "studentInvites": (Object({**_USER, "name": STRING, "email": STRING}),),
}
"""The fields of each table's documents; several shapes where a table's documents have a `type`."""


def documents(table: str) -> tuple[Object, ...]:
    """The shapes of a table's documents, with what every document has."""
    return tuple(each.extended({"_id": Id(table), "_creationTime": NUMBER}) for each in TABLES[table])


def rows(table: str, parent: str) -> Validator:
    """A list of a table's documents without the id of what they belong to."""
    return Array(Union(tuple(each.without(parent) for each in documents(table))))


def paginated(element: Validator) -> Object:
    """A page of a list."""
    return Object(
        {"page": Array(element), "isDone": BOOLEAN, "continueCursor": STRING},
        {"splitCursor": nullable(STRING), "pageStatus": nullable(_PAGE_STATUS)},
    )


_PAGE_STATUS = literals("SplitRecommended", "SplitRequired")
PAGINATION = Object(
    {"numItems": NUMBER, "cursor": nullable(STRING)},
    {
        "endCursor": nullable(STRING),
        "id": NUMBER,
        "maximumRowsRead": NUMBER,
        "maximumBytesRead": NUMBER,
    },
)

(APP_CONFIG,) = documents("appConfigs")
(SCHOOL_DOCUMENT,) = documents("schools")
(PROGRAM,) = documents("programs")
(COURSE,) = documents("courses")
(OFFERING,) = documents("courseOfferings")
(INVITE,) = documents("studentInvites")
PROGRAM_WITH_REQUIREMENTS = PROGRAM.extended({"requirements": rows("requirements", "programId")})
COURSE_WITH_PREREQUISITES = COURSE.extended({"prerequisites": rows("prerequisites", "courseId")})
OFFERING_WITH_COURSE = OFFERING.extended({"course": nullable(COURSE)})
STUDENT_FIELDS = Object(_STUDENT)
STUDENT = documents("students")[0].extended({"programs": Array(PROGRAM), "school": nullable(SCHOOL_DOCUMENT)})
USER_COURSE_WITH_COURSE = documents("userCourses")[0].extended({"course": nullable(COURSE)})
ENTRY = documents("userCourseOfferings")[0].extended({"courseOffering": OFFERING})
