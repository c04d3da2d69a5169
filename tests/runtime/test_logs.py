"""What logs say, and what they don't."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from runtime.scrubbing import HIDDEN, scrub, scrub_text
from runtime.telemetry import configure_logging

TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl"
SECRETS = [
    (f"the header was Bearer {TOKEN}", TOKEN),
    (f"bad token: {TOKEN}", TOKEN),
    ("secret whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "MfKQ9r8"),
    ("X-API-Key: 0123456789abcdef", "0123456789abcdef"),
    ("headers {'x-api-key': 'hunter22'}", "hunter22"),
    ("postgresql://planner:hunter2@db:5432/x refused", "hunter2"),
    ("user alice.b+x@school.example.edu exists", "alice.b"),
    ('{"grade": "A-", "course": "CSCI-UA 101"}', "A-"),
    ("final_grade=B+", "B+"),
    ("GET https://x.test/api?token=hunter2 failed", "hunter2"),
    ("-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA\n-----END PRIVATE KEY-----", "MC4CAQ"),
]
HARMLESS = [
    "albertplus.catalog.v1.CourseService/GetCourse",
    "planner.schedule_entries/by_student/user_2abc/2026",
    "CSCI-UA 101",
    "2026-11-21T10:27:14.189955Z",
    "serving on 127.0.0.1:3210",
    "0192a3b4-5c6d-7e8f-9a0b-1c2d3e4f5a6b",
]


@pytest.fixture
def logs(capsys: pytest.CaptureFixture[str]) -> Iterator[pytest.CaptureFixture[str]]:
    """Logs as processes write them, to be read by the test."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield capsys
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
    root.handlers[:], root.level = before


@pytest.mark.parametrize(("text", "secret"), SECRETS)
def test_a_secret_in_a_text_is_hidden(text: str, secret: str) -> None:
    assert secret not in scrub_text(text)
    assert HIDDEN in scrub_text(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_secret_stays(text: str) -> None:
    assert scrub_text(text) == text


def test_fields_with_telling_names_are_hidden_however_deep() -> None:
    event = {"event": "x", "a": [{"userEmail": 1, "b": {"finalGrade": "A"}}], "authorization": b"x", "n": 5}
    assert scrub(None, "", event) == {
        "event": "x",
        "a": [{"userEmail": HIDDEN, "b": {"finalGrade": HIDDEN}}],
        "authorization": HIDDEN,
        "n": 5,
    }


@given(
    st.recursive(
        st.none() | st.text() | st.binary() | st.integers(),
        lambda x: st.lists(x) | st.dictionaries(st.text(), x),
    )
)
def test_anything_can_be_scrubbed_and_written(value: object) -> None:
    json.dumps(scrub(None, "", {"event": value}))


def test_scrubbing_takes_time_in_proportion() -> None:
    for hostile in (
        "a" * 50_000,
        "a@" * 25_000,
        "://" * 20_000,
        "grade=" * 10_000,
        "eyJ." * 20_000,
        "-" * 50_000,
    ):
        assert len(scrub_text(hostile)) <= len(hostile) + 1000


@pytest.mark.parametrize("form", ["json", "console"])
def test_neither_errors_nor_their_variables_give_secrets_away(
    logs: pytest.CaptureFixture[str], form: str
) -> None:
    configure_logging("test", form, "info")
    for log in (structlog.get_logger(), logging.getLogger("some.library")):
        try:
            fail(TOKEN, "alice@school.example.edu")
        except ValueError:
            log.exception("failed")
        log.error("grade: A- of bob@school.example.edu with %s", TOKEN)
    said = logs.readouterr().err
    assert "failed" in said
    assert "ValueError" in said
    for secret in (TOKEN, "eyJ", "alice", "bob@", "A-", "c2lnbmF0dXJl"):
        assert secret not in said


def fail(token: str, mail: str) -> None:
    """Raises an error that quotes, and whose frame holds, what nobody may read."""
    held = {"token": token, "mail": mail}
    raise ValueError(f"{held} with {token} of {mail}")
