"""`GetSchedule`, for which the planner asks the catalog: calls per second and how long they take."""

from __future__ import annotations

import base64
from typing import Any

from albertplus.catalog.v1 import course_service_pb2, term_pb2
from sqlalchemy import ARRAY, BigInteger, any_, bindparam, select

from runtime.statements import statement
from services.catalog.tables import offerings
from services.planner.queries import ENTRY_COLUMNS
from services.planner.tables import schedule_entries
from tests.bench import child, get_course, sections, worlds
from tests.bench.calls import CALLERS, Calls
from tests.bench.effort import Effort
from tests.bench.figures import Figure, Rounds
from tests.bench.system import Measured

METHOD = "albertplus.planner.v1.ScheduleService/GetSchedule"
_STUDENT = "caller"
_ENTRIES = statement(select(*ENTRY_COLUMNS).where(schedule_entries.c.student_id == bindparam("student")))
_SECTIONS = statement(
    select(*(column for column in offerings.c if column.computed is None)).where(
        offerings.c.year == bindparam("year"),
        offerings.c.season == bindparam("season"),
        offerings.c.class_number == any_(bindparam("class_numbers", type_=ARRAY(BigInteger))),
    )
)


async def measure(system: Measured, effort: Effort, rounds: Rounds) -> list[Figure]:
    """Needs sections in the catalog."""
    numbers = worlds.some_numbers(system, worlds.ENTRIES)
    worlds.fill_schedules(system, [_STUDENT], [numbers])
    for _ in effort.each_round():
        everything = [job for callers in CALLERS for job in _jobs(system, callers, effort.seconds, numbers)]
        rounds.add("get-schedule", await child.ask("tests.bench.callers", everything))
    floors = {"two empty RPCs": ["empty", "empty"], "the two bare SELECTs": ["entries", "sections"]}
    return Calls(rounds, "get-schedule", "GetSchedule", floors).figures("≥ 0.5 × two empty RPCs")


def _jobs(system: Measured, callers: int, seconds: float, numbers: list[int]) -> list[dict[str, Any]]:
    common = {"callers": callers, "seconds": seconds}
    serving = system.pids(planner="planner", catalog="catalog", PostgreSQL="PostgreSQL")
    rpc = {**common, "method": METHOD, "requests": [""]}
    signed_in = [("authorization", f"Bearer {system.token(_STUDENT)}")]
    return [
        _empty(system) | common | {"name": f"empty-{callers}"},
        _entries(system) | common | {"name": f"entries-{callers}"},
        _sections(system, numbers) | common | {"name": f"sections-{callers}"},
        {**rpc, "name": f"service-{callers}", "address": system.planner, "watch": serving}
        | {"metadata": system.vouched("planner", _STUDENT)},
        {**rpc, "name": f"gateway-{callers}", "address": system.writing, "metadata": signed_in}
        | {"watch": serving | system.pids(gateway="gateway")},
    ]


def _empty(system: Measured) -> dict[str, Any]:
    request = course_service_pb2.GetCourseRequest(code="CSCI-UA 101").SerializeToString()
    return {
        "address": system.empty,
        "method": get_course.METHOD,
        "metadata": system.vouched(),
        "requests": [base64.b64encode(request).decode()],
        "watch": system.pids(server="empty"),
    }


def _entries(system: Measured) -> dict[str, Any]:
    asked = {"dsn": system.planner_dsn, "statement": _ENTRIES.sql, "requests": [{"student": _STUDENT}]}
    return asked | {"watch": system.pids(PostgreSQL="PostgreSQL")}


def _sections(system: Measured, numbers: list[int]) -> dict[str, Any]:
    asked = {"year": sections.YEAR, "season": int(term_pb2.SEASON_FALL), "class_numbers": numbers}
    bare = {"dsn": system.catalog_dsn, "statement": _SECTIONS.sql, "requests": [asked]}
    return bare | {"watch": system.pids(PostgreSQL="PostgreSQL")}
