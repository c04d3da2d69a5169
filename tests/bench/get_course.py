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
from tests.bench.calls import CALLERS, Calls
from tests.bench.effort import Effort
from tests.bench.figures import Figure, Rounds
from tests.bench.system import Measured

METHOD = "albertplus.catalog.v1.CourseService/GetCourse"
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
    floors = {"an empty RPC": ["empty"], "the bare SELECT": ["select"]}
    return Calls(rounds, "get-course", "GetCourse", floors).figures("≥ 0.5 × an empty RPC")


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
    asked = [{"code": code} for code in codes]
    select = {"dsn": system.catalog_dsn, "statement": _STATEMENT.sql, "requests": asked}
    return [
        {**rpc, "name": f"empty-{callers}", "address": system.empty, "metadata": vouched}
        | {"watch": system.pids(server="empty")},
        {**common, "name": f"select-{callers}", **select, "watch": system.pids(PostgreSQL="PostgreSQL")},
        {**rpc, "name": f"service-{callers}", "address": system.catalog, "metadata": vouched}
        | {"watch": system.pids(**serving)},
        {**rpc, "name": f"gateway-{callers}", "address": system.writing, "metadata": signed_in}
        | {"watch": system.pids(gateway="gateway", **serving)},
    ]
