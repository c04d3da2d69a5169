"""From a commit to the update that subscribers of `LiveService` at another gateway get."""

from __future__ import annotations

from typing import Any

from albertplus.catalog.v1 import offering_service_pb2 as pb

from tests.bench import child, get_course, sections
from tests.bench.effort import Effort
from tests.bench.figures import Figure, Floor, Rounds, latencies
from tests.bench.system import Measured

SUBSCRIBERS = (1, 100)
_QUERY = "albertplus.catalog.v1.OfferingService/GetOffering"
_WARM_UP = 10


async def measure(system: Measured, effort: Effort, rounds: Rounds) -> list[Figure]:
    """Needs a catalog of the usual size."""
    for _ in effort.each_round():
        for subscribers in SUBSCRIBERS:
            rounds.add(f"grpc.{subscribers}", await _subscribed(system, subscribers, effort.mutations))
        rounds.add("grpc.alone", await _alone(system, effort))
    return [figure for subscribers in SUBSCRIBERS for figure in _figures(rounds, subscribers)]


async def _subscribed(system: Measured, subscribers: int, changes: int) -> dict[str, Any]:
    """One round: so many changes, after some to warm up."""
    warm_up = min(_WARM_UP, changes)
    head = sections.head(system.catalog_dsn)
    job = {
        "writing": system.writing,
        "reading": system.reading,
        "metadata": system.administrator(),
        "subscribers": subscribers,
        "method": _QUERY,
        "request": sections.encoded(pb.GetOfferingRequest(section=sections.key())),
        "mutation": sections.MUTATION,
        "requests": [request for _, request in sections.next_changes(warm_up + changes)],
        "warm_up": warm_up,
        "idle": min(1.0, changes / 20),
        "watch": system.all_pids(),
    }
    found = await child.ask("tests.bench.subscribers", job)
    committed = sections.committed(system.catalog_dsn, head, len(found["seen"]))
    return latencies(found["seen"], committed) | {"cpu": found["cpu"]}


async def _alone(system: Measured, effort: Effort) -> dict[str, Any]:
    """The floors of each step."""
    jobs = [job for job in get_course.jobs(system, 1, effort.seconds / 2) if "gateway" not in job["name"]]
    steps = await child.ask("tests.bench.callers", jobs)
    job = {
        "dsn": system.catalog_dsn,
        "class_number": sections.FIRST,
        "empty": system.empty,
        "subscribers": SUBSCRIBERS,
        "often": effort.mutations,
    }
    sends = await child.ask("tests.bench.alone", job)
    return {"rpc": steps["empty-1"]["p50"], "query": steps["select-1"]["p50"], **sends}


def _figures(rounds: Rounds, subscribers: int) -> list[Figure]:
    def alone(step: str) -> float:
        return rounds.median(f"grpc.alone.{step}")

    step = alone("rpc") + alone("query") + alone(f"send-{subscribers}.p50")
    after = Floor("empty RPC + query + send", step)
    whole = Floor("commit + empty RPC + query + send", step + alone("commit.p50"))
    name = f"grpc.{subscribers}"
    used = rounds.medians(f"{name}.cpu")
    who = "1 subscriber" if subscribers == 1 else f"{subscribers} subscribers"

    def one(what: str, part: str, floors: list[Floor], **more: Any) -> Figure:
        return Figure(f"gRPC, {who}: {what}", rounds.median(f"{name}.{part}"), "ms", floors, **more)

    return [
        one("commit → update", "commit.p50", [after], cpu=used, aim="< 15 ms"),
        one("commit → update, p99", "commit.p99", [after]),
        one("mutation called → update", "start.p50", [whole]),
        one("mutation called → update, p99", "start.p99", [whole]),
        one("mutation acknowledged → update", "acknowledged.p50", []),
    ]
