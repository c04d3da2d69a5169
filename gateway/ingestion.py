"""What the scraper posts: bodies in AlbertPlus's shape, checked, and the catalog's inputs made of them.

Unknown fields are ignored. A number is a number and a text a text, as in JSON; what breaks a rule is told
field by field, and items of a list are judged one by one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any, Literal, TypeAlias, TypeVar

from albertplus.catalog.v1 import course_pb2, offering_input_pb2, offering_pb2, program_pb2, upsert_pb2
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from gateway.functions import meetings, prerequisites, requirements
from gateway.functions.documents import term

Issue = dict[str, Any]
"""One rule that is broken: `code`, `path` and `message`."""
BodyT = TypeVar("BodyT", bound=BaseModel)

_GRADUATE = re.compile("G[AGHIPNUCSEBYXT]|MD|LW|NL|NP")
_GRADUATE_FROM = 500
_KINDS = ("required", "alternative", "options")  # the kind of a row is no step on the way to its fields
_STATUSES = {
    "open": offering_pb2.OFFERING_STATUS_OPEN,
    "closed": offering_pb2.OFFERING_STATUS_CLOSED,
    "waitlist": offering_pb2.OFFERING_STATUS_WAITLIST,
}


def _whole(number: float) -> float:
    if not number.is_integer():
        raise ValueError("must be a whole number")
    return number


def _number(value: Any) -> Any:
    """What JavaScript makes of a text or of nothing where it needs a number."""
    if value is None or value == "":
        return 0
    return float(value) if isinstance(value, str) else value


def _level(value: Any) -> Any:
    if value in ("undergraduate", "graduate") or type(value) in (int, float):
        return value
    raise ValueError("should be 'undergraduate', 'graduate' or a number")


def _time(text: str) -> str:
    if text:
        meetings.minute(text)
    return text


Number: TypeAlias = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Whole: TypeAlias = Annotated[float, Field(gt=0, lt=2**63, allow_inf_nan=False), AfterValidator(_whole)]
Time: TypeAlias = Annotated[str, AfterValidator(_time)]
Level: TypeAlias = Literal["undergraduate", "graduate"]
Season: TypeAlias = Literal["spring", "summer", "fall", "j-term"]
Day: TypeAlias = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class Body(BaseModel):
    """Something the scraper posts."""

    model_config = ConfigDict(strict=True)


class Courses(Body):
    """Prerequisites or requirements: certain courses."""

    type: Literal["required", "alternative"]
    courses: list[str]


class Credits(Body):
    """Prerequisites: credits from certain courses."""

    type: Literal["options"]
    courses: list[str]
    creditsRequired: Number


class SubjectLevel(Body):
    """All courses of a subject from a level on."""

    program: str
    level: Annotated[Number, BeforeValidator(_number), Field(le=99_999)]


class RequiredCourses(Courses):
    """Requirements: certain courses."""

    isMajor: bool
    description: str = ""


class RequiredCredits(Credits):
    """Requirements: credits from certain courses and levels."""

    isMajor: bool
    description: str = ""
    courseLevels: list[SubjectLevel]


class CourseBody(Body):
    """A course with its prerequisites."""

    code: str
    program: str
    programName: str
    level: Annotated[Any, AfterValidator(_level)]
    title: str
    credits: Number
    school: str
    description: str
    courseUrl: str
    prerequisites: list[Annotated[Courses | Credits, Field(discriminator="type")]]


class ProgramBody(Body):
    """A program with its requirements."""

    name: str
    level: Level
    school: str
    programUrl: str
    requirements: list[Annotated[RequiredCourses | RequiredCredits, Field(discriminator="type")]]


class OfferingBody(Body):
    """A section."""

    courseCode: str
    classNumber: Whole
    title: str = ""
    section: str
    description: str = ""
    year: Annotated[Whole, Field(ge=1900, le=2200)]
    term: Season
    level: Level
    school: str
    instructors: list[str]
    location: str = ""
    days: list[Day]
    startTime: Time = ""
    endTime: Time = ""
    status: Literal["open", "closed", "waitlist"]
    waitlistNum: Annotated[Number, Field(lt=2**31), AfterValidator(_whole)] | None = None
    isCorequisite: bool = False
    corequisiteOf: Whole | None = None


class KeyBody(Body):
    """The key of a setting."""

    key: str


class SettingBody(KeyBody):
    """A setting."""

    value: str


def read(body: type[BodyT], json: Any) -> BodyT | list[Issue]:
    """The body that JSON holds, or what is wrong with it."""
    try:
        return body.model_validate(json)
    except ValidationError as error:
        return [
            {
                "code": each["type"],
                "path": [step for step in each["loc"] if step not in _KINDS],
                "message": each["msg"],
            }
            for each in error.errors(include_url=False, include_context=False, include_input=False)
        ]


def issues(result: upsert_pb2.UpsertResult) -> list[Issue]:
    """Why the catalog refused an item."""
    return [
        {"code": "custom", "path": _path(each.field), "message": each.description}
        for each in result.violations
    ]


def course(body: CourseBody, known: Callable[[str], bool]) -> course_pb2.CourseInput:
    """The catalog's course; `known` says which codes of prerequisites there are."""
    rows = [each.model_dump() for each in body.prerequisites]
    return course_pb2.CourseInput(
        code=body.code,
        subject=body.program,
        subject_name=body.programName,
        level=body.level if isinstance(body.level, str) else level(body.program, body.level),
        school=body.school,
        title=body.title,
        credits_min=body.credits,
        description=body.description,
        url=body.courseUrl,
        prerequisite=prerequisites.from_flat(rows, known),
    )


def prerequisite_codes(body: CourseBody) -> list[str]:
    """The courses that the prerequisites name."""
    return prerequisites.courses(each.model_dump() for each in body.prerequisites)


def own_code(body: CourseBody) -> str:
    """The course's code as the catalog spells it."""
    return " ".join(body.code.split())


def program(body: ProgramBody) -> program_pb2.ProgramInput:
    """The catalog's program."""
    rows = (each.model_dump() for each in body.requirements)
    return program_pb2.ProgramInput(
        name=body.name,
        level=body.level,
        school=body.school,
        url=body.programUrl,
        requirements=requirements.from_flat(rows),
    )


def offering(body: OfferingBody) -> offering_input_pb2.OfferingInput:
    """The catalog's section."""
    fields = body.model_dump()
    return offering_input_pb2.OfferingInput(
        course_code=body.courseCode,
        class_number=int(body.classNumber),
        term=term(fields),
        section=body.section,
        title=body.title,
        description=body.description,
        level=body.level,
        school=body.school,
        instructors=_not_blank(body.instructors),
        meetings=meetings.of_fields(fields),
        status=_STATUSES[body.status],
        waitlist_count=None if body.waitlistNum is None else int(body.waitlistNum),
        corequisite=body.isCorequisite,
        corequisite_of=None if body.corequisiteOf is None else int(body.corequisiteOf),
    )


def level(program: str, number: float) -> Level:
    """Whether a course is a graduate course: what its subject's suffix says, else its number.

    >>> level("CSCI-GA", 101), level("CSCI-UA", 900), level("ART", 500)
    ('graduate', 'undergraduate', 'graduate')
    """
    suffix = program.strip().rpartition("-")[2]
    if _GRADUATE.fullmatch(suffix):
        return "graduate"
    if suffix.startswith("U") and suffix != program:
        return "undergraduate"
    return "graduate" if number >= _GRADUATE_FROM else "undergraduate"


def _not_blank(names: Iterable[str]) -> Sequence[str]:
    return [name for name in names if name.strip()]


def _path(field: str) -> list[str | int]:
    """`meetings[0].end_minute` step by step."""
    steps = field.replace("]", "").replace("[", ".").split(".") if field else []
    return [int(step) if step.isdigit() else step for step in steps]
