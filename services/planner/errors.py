"""What the planner refuses, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from albertplus.catalog.v1 import offering_pb2, term_pb2
from albertplus.planner.v1 import schedule_pb2
from google.protobuf.message import Message

from runtime.refusal import Code, Refusal

DOMAIN = "planner.albertplus"


@dataclass(eq=False)
class StudentCourseNotFound(Refusal):
    """You have no course with this id in your plan."""

    code = Code.NOT_FOUND
    domain = DOMAIN
    student_course_id: str


@dataclass(eq=False)
class StudentCourseAlreadyExists(Refusal):
    """This course is already in your plan for this term."""

    code = Code.ALREADY_EXISTS
    domain = DOMAIN
    course_code: str
    year: int
    season: str

    def message(self) -> str:
        return f"{self.course_code} already exists in {self.season} {self.year}."


@dataclass(eq=False)
class EntryNotFound(Refusal):
    """You have no entry with this id in your schedule."""

    code = Code.NOT_FOUND
    domain = DOMAIN
    entry_id: str


@dataclass(eq=False)
class OfferingNotFound(Refusal):
    """The catalog has no section with this class number in this term."""

    code = Code.NOT_FOUND
    domain = DOMAIN
    class_number: int
    year: int | None = None
    season: str | None = None
    """Of the term that was asked about; None when the class number alone was."""


@dataclass(eq=False)
class AlreadyScheduled(Refusal):
    """This section is already in your schedule."""

    code = Code.ALREADY_EXISTS
    domain = DOMAIN
    class_number: int
    year: int
    season: str


@dataclass(eq=False)
class TimeConflict(Refusal):
    """This section meets at the same time as others in your schedule."""

    code = Code.FAILED_PRECONDITION
    domain = DOMAIN
    class_numbers: tuple[int, ...]
    """Of the conflicting sections, in the order of the schedule."""
    year: int
    season: int
    """The season's number in the catalog's enum."""

    def metadata(self) -> dict[str, str]:
        return {"class_numbers": ",".join(map(str, self.class_numbers))}

    def details(self) -> Iterable[Message]:
        term = term_pb2.Term(year=self.year, season=term_pb2.Season.Name(self.season))
        sections = [offering_pb2.SectionKey(term=term, class_number=each) for each in self.class_numbers]
        return (schedule_pb2.TimeConflict(sections=sections),)


@dataclass(eq=False)
class InvalidAlternative(Refusal):
    """A row can only be an alternative of a main row of yours in the same term, and have none of its own."""

    code = Code.FAILED_PRECONDITION
    domain = DOMAIN
    alternative_of: str
    problem: str

    def message(self) -> str:
        return f"It cannot be an alternative of {self.alternative_of}: {self.problem}."


@dataclass(eq=False)
class NotAnAlternative(Refusal):
    """This entry is a main entry already, so there is nothing to swap it with."""

    code = Code.FAILED_PRECONDITION
    domain = DOMAIN
    entry_id: str
