"""From a commit to the update that subscribers at another gateway get."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import psycopg
from albertplus.catalog.v1 import offering_input_pb2, offering_pb2, term_pb2
from albertplus.catalog.v1 import offering_service_pb2 as pb

from tests.bench import child, get_course
from tests.bench.effort import Effort
from tests.bench.figures import Figure, Floor, Rounds, spread
from tests.bench.system import Measured

SUBSCRIBERS = (1, 100)
_QUERY = "albertplus.catalog.v1.OfferingService/GetOffering"
_MUTATION = "albertplus.catalog.v1.OfferingService/BatchUpsertOfferings"
_TERM = term_pb2.Term(year=2024, season=term_pb2.SEASON_FALL)
_SECTION = 999_000_001
_WARM_UP = 10
_COMMITTED = """
select extract(epoch from pg_xact_commit_timestamp(xid::xid)) from changelog
where seq > %s and exists (select from unnest(keys) k where k like 'catalog.offerings/%%') order by seq
"""


async def measure(system: Measured, effort: Effort, rounds: Rounds) -> list[Figure]:
    """Needs a catalog of the usual size."""
    changes = 0
    for _ in effort.each_round():
        for subscribers in SUBSCRIBERS:
            count = effort.mutations + _WARM_UP
            rounds.add(f"live.{subscribers}", await _subscribed(system, subscribers, changes, count))
            changes += count
        rounds.add("live.alone", await _alone(system, effort))
    return [figure for subscribers in SUBSCRIBERS for figure in _figures(rounds, subscribers)]


async def _subscribed(system: Measured, subscribers: int, changes: int, count: int) -> dict[str, Any]:
    """One round: `count` changes, none of which was made before."""
    head = _head(system.catalog_dsn)
    job = {
        "writing": system.writing,
        "reading": system.reading,
        "metadata": system.administrator(),
        "subscribers": subscribers,
        "method": _QUERY,
        "request": _encoded(pb.GetOfferingRequest(section=_key())),
        "mutation": _MUTATION,
        "requests": [_encoded(_change(changes + number)) for number in range(count)],
        "watch": system.pids(
            **{"reading gateway": "gateway-2", "writing gateway": "gateway"},
            catalog="catalog",
            PostgreSQL="PostgreSQL",
        ),
    }
    found = await child.ask("tests.bench.subscribers", job)
    committed = _committed(system.catalog_dsn, head, len(found["seen"]))
    return _latencies(found["seen"], committed) | {"cpu": found["cpu"]}


def _latencies(seen: Sequence[Sequence[float]], committed: Sequence[float]) -> dict[str, Any]:
    return {
        "start": spread([last - asked for asked, _, _, last in seen]),
        "acknowledged": spread([last - acknowledged for _, acknowledged, _, last in seen]),
        "commit": spread([each[3] - at for each, at in zip(seen, committed, strict=True)]),
        "first": spread([each[2] - at for each, at in zip(seen, committed, strict=True)]),
    }


async def _alone(system: Measured, effort: Effort) -> dict[str, Any]:
    """The floors of each step."""
    jobs = [job for job in get_course.jobs(system, 1, effort.seconds / 2) if "gateway" not in job["name"]]
    steps = await child.ask("tests.bench.callers", jobs)
    job = {
        "dsn": system.catalog_dsn,
        "class_number": _SECTION,
        "empty": system.empty,
        "subscribers": SUBSCRIBERS,
        "often": effort.mutations,
    }
    sends = await child.ask("tests.bench.alone", job)
    return {"rpc": steps["empty-1"]["p50"], "query": steps["select-1"]["p50"], **sends}


def _figures(rounds: Rounds, subscribers: int) -> list[Figure]:
    def alone(step: str) -> float:
        return rounds.median(f"live.alone.{step}")

    step = alone("rpc") + alone("query") + alone(f"send-{subscribers}.p50")
    after = Floor("empty RPC + query + send", step)
    whole = Floor("commit + empty RPC + query + send", step + alone("commit.p50"))
    name = f"live.{subscribers}"
    used = rounds.medians(f"{name}.cpu")
    who = "1 subscriber" if subscribers == 1 else f"{subscribers} subscribers"

    def one(what: str, part: str, floors: list[Floor], **more: Any) -> Figure:
        return Figure(f"{what}, {who}", rounds.median(f"{name}.{part}"), "ms", floors, **more)

    return [
        one("commit → update", "commit.p50", [after], cpu=used, aim="< 15 ms"),
        one("commit → update, p99", "commit.p99", [after]),
        one("mutation called → update", "start.p50", [whole]),
        one("mutation called → update, p99", "start.p99", [whole]),
        one("mutation acknowledged → update", "acknowledged.p50", []),
    ]


def _change(number: int) -> pb.BatchUpsertOfferingsRequest:
    """Closes or opens the section; no two changes are the same."""
    closed = number % 2 == 0
    days = [offering_pb2.WEEKDAY_MONDAY, offering_pb2.WEEKDAY_WEDNESDAY]
    meeting = offering_pb2.Meeting(kind="LE", days=days, start_minute=600, end_minute=680, location="Hall 1")
    section = offering_input_pb2.OfferingInput(
        course_code="BENCH 1",
        class_number=_SECTION,
        term=_TERM,
        section="001",
        title="Measuring",
        level="undergraduate",
        school="Bench",
        instructors=["Ada Lovelace"],
        meetings=[meeting],
        status=offering_pb2.OFFERING_STATUS_CLOSED if closed else offering_pb2.OFFERING_STATUS_OPEN,
        seats_total=30,
        waitlist_count=number,
    )
    return pb.BatchUpsertOfferingsRequest(offerings=[section])


def _key() -> offering_pb2.SectionKey:
    return offering_pb2.SectionKey(term=_TERM, class_number=_SECTION)


def _encoded(message: Any) -> str:
    return base64.b64encode(message.SerializeToString()).decode()


def _head(dsn: str) -> int:
    with psycopg.connect(dsn) as connection:
        row = connection.execute("select seq from log_head").fetchone()
    assert row is not None
    return int(row[0])


def _committed(dsn: str, head: int, count: int) -> list[float]:
    """When the last `count` changes after `head` were committed, by PostgreSQL's clock, which is ours."""
    with psycopg.connect(dsn) as connection:
        return [float(at) for (at,) in connection.execute(_COMMITTED, [head])][-count:]
