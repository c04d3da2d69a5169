"""How a refusal reads on a terminal: each fact once."""

from __future__ import annotations

import pytest

from cli import refusals
from runtime.refusal import (
    FieldViolation,
    InvalidArgument,
    InvalidFields,
    InvalidPageToken,
    PermissionDenied,
    Refusal,
    Unauthenticated,
    Unavailable,
)
from runtime.status import status_of
from services.planner.errors import TimeConflict

TWO = InvalidFields("", "", (FieldViolation("size", "too big"), FieldViolation("", "too much")))


@pytest.mark.parametrize(
    ("refusal", "message", "details"),
    [
        (Unauthenticated(), "UNAUTHENTICATED: Sign in first: no valid credentials.", ""),
        (PermissionDenied("a key"), "PERMISSION_DENIED: You may not do this: it takes a key.", ""),
        (InvalidArgument("size", "too big"), "INVALID_ARGUMENT: size: too big", ""),
        (TWO, "INVALID_ARGUMENT: these fields are wrong", "field size: too big\nfield (request): too much"),
        (InvalidPageToken(), None, "field page_token"),
        (Unavailable("database"), None, "dependency: database\ntry again after 1s"),
    ],
)
def test_each_fact_is_said_once(refusal: Refusal, message: str | None, details: str) -> None:
    said = refusals.refused(status_of(refusal, "catalog"))
    assert (said.message if message else None, said.details) == (message, details)


def test_a_conflict_names_the_sections_and_how_to_take_the_new_one_all_the_same() -> None:
    said = refusals.refused(status_of(TimeConflict((10001, 10002), 2026, 5), "planner"))
    assert said.details.splitlines() == [
        f"sections: year 2026, season FALL, class number {number}" for number in (10001, 10002)
    ]
    assert '"force": true' in said.hint


def test_a_detail_of_an_unknown_type_is_named() -> None:
    status = status_of(Unauthenticated(), "catalog")
    status.details.add(type_url="type.googleapis.com/far.Away")
    assert "type.googleapis.com/far.Away" in refusals.refused(status).details
