"""The benchmark's own sections: records of about 1 KB, and the mutations that change them."""

from __future__ import annotations

import base64
import itertools
from typing import Any

import psycopg
from albertplus.catalog.v1 import offering_input_pb2, offering_pb2, term_pb2
from albertplus.catalog.v1 import offering_service_pb2 as pb

MUTATION = "albertplus.catalog.v1.OfferingService/BatchUpsertOfferings"
YEAR, SEASON = 2024, "fall"
TERM = term_pb2.Term(year=YEAR, season=term_pb2.SEASON_FALL)
FIRST = 999_000_001
_numbers = itertools.count(1)
_DAYS = (offering_pb2.WEEKDAY_MONDAY, offering_pb2.WEEKDAY_WEDNESDAY)
_DESCRIPTION = "What is measured is how soon a change of this section reaches everybody who looks at it. " * 7
_COMMITTED = """
select extract(epoch from pg_xact_commit_timestamp(xid::xid)) from changelog
where seq > %s and exists (select from unnest(keys) k where k like 'catalog.offerings/%%') order by seq
"""


def next_changes(count: int, class_number: int = FIRST) -> list[tuple[str, str]]:
    """Changes that were never made before: of each its marker, and its request for a job."""
    numbers = list(itertools.islice(_numbers, count))
    return [(marker(number), encoded(change(number, class_number))) for number in numbers]


def change(number: int, class_number: int = FIRST) -> pb.BatchUpsertOfferingsRequest:
    """Closes or opens the section; no two changes are the same."""
    meeting = offering_pb2.Meeting(kind="LE", days=_DAYS, start_minute=600, end_minute=680, location="Hall 1")
    closed, opened = offering_pb2.OFFERING_STATUS_CLOSED, offering_pb2.OFFERING_STATUS_OPEN
    section = offering_input_pb2.OfferingInput(
        course_code="BENCH 1",
        class_number=class_number,
        term=TERM,
        section="001",
        title="Measuring",
        description=_DESCRIPTION,
        level="undergraduate",
        school="Bench",
        instructors=["Ada Lovelace"],
        meetings=[meeting],
        status=opened if number % 2 else closed,
        seats_total=30,
        waitlist_count=number,
    )
    return pb.BatchUpsertOfferingsRequest(offerings=[section])


def marker(number: int) -> str:
    """What is in each result of a Convex function that shows this change."""
    return f'"waitlistNum":{float(number)},'


def key(class_number: int = FIRST) -> offering_pb2.SectionKey:
    """How RPCs name the section."""
    return offering_pb2.SectionKey(term=TERM, class_number=class_number)


def encoded(message: Any) -> str:
    """A message as text, for a job."""
    return base64.b64encode(message.SerializeToString()).decode()


def head(dsn: str) -> int:
    """The newest change in the catalog's log."""
    with psycopg.connect(dsn) as connection:
        row = connection.execute("select seq from log_head").fetchone()
    assert row is not None
    return int(row[0])


def committed(dsn: str, since: int, count: int) -> list[float]:
    """When the last `count` changes of sections after `since` were committed, by PostgreSQL's clock: ours."""
    with psycopg.connect(dsn) as connection:
        return [float(at) for (at,) in connection.execute(_COMMITTED, [since])][-count:]
