"""`GetCourse`: calls per second and how long they take, at the service itself and through the gateway."""

from __future__ import annotations

import base64
from typing import Any

import psycopg
from albertplus.catalog.v1 import course_service_pb2 as pb
from sqlalchemy import bindparam, select

from runtime.statements import statement
from services.catalog.tables import courses
from tests.bench import child
from tests.bench.effort import Effort
from tests.bench.figures import Figure, Floor, Rounds
from tests.bench.system import Measured

METHOD = "albertplus.catalog.v1.CourseService/GetCourse"
CALLERS = (1, 16)
_CODES = 500
_STATEMENT = statement(
    select(*(column for column in courses.c if column.computed is None)).where(
        courses.c.code == bindparam("code")
    )
)


async def measure(system: Measured, effort: Effort, rounds: Rounds) -> list[Figure]:
    """Needs courses in the catalog."""
    for _ in effort.each_round():
        everything = [job for callers in CALLERS for job in jobs(system, callers, effort.seconds)]
        rounds.add("get-course", await child.ask("tests.bench.callers", everything))
    return [figure for callers in reversed(CALLERS) for figure in _figures(rounds, callers)]


def _some_codes(dsn: str) -> list[str]:
    with psycopg.connect(dsn) as connection:
        rows = connection.execute("select code from courses order by md5(code) limit %s", [_CODES])
        return [code for (code,) in rows]


def jobs(system: Measured, callers: int, seconds: float) -> list[dict[str, Any]]:
    """What `tests.bench.callers` is to do for one round: both floors first."""
    codes = _some_codes(system.catalog_dsn)
    requests = [
        base64.b64encode(pb.GetCourseRequest(code=code).SerializeToString()).decode() for code in codes
    ]
    common = {"callers": callers, "seconds": seconds}
    rpc = {**common, "method": METHOD, "requests": requests}
    vouched, signed_in = system.vouched(), system.administrator()
    serving = {"catalog": "catalog", "PostgreSQL": "PostgreSQL"}
    select = {"dsn": system.catalog_dsn, "statement": _STATEMENT.sql, "requests": codes}
    return [
        {**rpc, "name": f"empty-{callers}", "address": system.empty, "metadata": vouched}
        | {"watch": system.pids(server="empty")},
        {**common, "name": f"select-{callers}", **select, "watch": system.pids(PostgreSQL="PostgreSQL")},
        {**rpc, "name": f"service-{callers}", "address": system.catalog, "metadata": vouched}
        | {"watch": system.pids(**serving)},
        {**rpc, "name": f"gateway-{callers}", "address": system.writing, "metadata": signed_in}
        | {"watch": system.pids(gateway="gateway", **serving)},
    ]


def _figures(rounds: Rounds, callers: int) -> list[Figure]:
    def one(place: str, what: str, part: str, unit: str, aim: str = "") -> Figure:
        floors = [
            Floor("an empty RPC", rounds.median(f"get-course.empty-{callers}.{part}")),
            Floor("the bare SELECT", rounds.median(f"get-course.select-{callers}.{part}")),
        ]
        value = rounds.median(f"get-course.{place}-{callers}.{part}")
        used = rounds.medians(f"get-course.{place}-{callers}.cpu") if part == "rate" else {}
        return Figure(what, value, unit, floors, more_is_better=part == "rate", cpu=used, aim=aim)

    def floor(place: str, what: str) -> Figure:
        name = f"get-course.{place}-{callers}"
        return Figure(what, rounds.median(f"{name}.rate"), "calls/s", cpu=rounds.medians(f"{name}.cpu"))

    who = "1 caller" if callers == 1 else f"{callers} callers"
    return [
        one("service", f"GetCourse, {who}", "rate", "calls/s", "≥ 0.5 × an empty RPC" if callers > 1 else ""),
        one("service", f"GetCourse, {who}, p50", "p50", "ms"),
        one("service", f"GetCourse, {who}, p99", "p99", "ms"),
        one("gateway", f"GetCourse through the gateway, {who}", "rate", "calls/s"),
        one("gateway", f"GetCourse through the gateway, {who}, p50", "p50", "ms"),
        floor("empty", f"  (a floor itself: an empty RPC, {who})"),
        floor("select", f"  (a floor itself: the bare SELECT, {who})"),
    ]
