"""What catalog refuses, and why; each class is one value of the service's ErrorReason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from runtime.refusal import Code, Refusal


@dataclass(eq=False)
class CatalogRefusal(Refusal):
    """Catalog refused the request."""

    domain: ClassVar[str] = "catalog.albertplus"


@dataclass(eq=False)
class CourseNotFound(CatalogRefusal):
    """No course has this id or code."""

    code = Code.NOT_FOUND
    course_code: str | None = None
    course_id: str | None = None


@dataclass(eq=False)
class OfferingNotFound(CatalogRefusal):
    """No section has this id, or this class number in this term."""

    code = Code.NOT_FOUND
    offering_id: str | None = None
    class_number: int | None = None
    year: int | None = None
    season: str | None = None


@dataclass(eq=False)
class ProgramNotFound(CatalogRefusal):
    """No program has this id."""

    code = Code.NOT_FOUND
    program_id: str


@dataclass(eq=False)
class SchoolNotFound(CatalogRefusal):
    """No school has this id."""

    code = Code.NOT_FOUND
    school_id: str


@dataclass(eq=False)
class AppConfigNotFound(CatalogRefusal):
    """No setting has this key."""

    code = Code.NOT_FOUND
    key: str


@dataclass(eq=False)
class TooManyRemoved(CatalogRefusal):
    """This would remove a larger part of the term than allowed; nothing was removed."""

    code = Code.FAILED_PRECONDITION
    would_remove: int
    total: int
    max_removed_fraction: float

    def message(self) -> str:
        return (
            f"This would remove {self.would_remove} of {self.total} sections, "
            f"more than the allowed part of {self.max_removed_fraction:g}; nothing was removed."
        )
