"""A connection that is lost before or after any kind of message, with the real npm client."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from cli.dev.issuer import LocalIssuer
from tests.acceptance.conftest import Systems
from tests.acceptance.cuts import Cutter, cutting
from tests.acceptance.nodejs import needs_node
from tests.acceptance.students import Classroom, classroom
from tests.acceptance.system import AcceptanceSystem

KINDS = {
    "up": ("Connect", "Authenticate", "ModifyQuerySet", "Mutation", "Action"),
    "down": ("Transition", "MutationResponse", "ActionResponse"),
}
CASES = [
    (direction, kind, verdict, nth)
    for direction, kinds in KINDS.items()
    for kind in kinds
    for verdict in ("before", "after")
    for nth in ((1, 3) if kind in ("Transition", "Mutation", "MutationResponse") else (1,))
]
AT_ONCE = 4
COUNT = 6


@needs_node
@pytest.mark.timeout(240)
@pytest.mark.parametrize("replicas", [1, 2])
async def test_no_cut_loses_or_doubles_anything(
    replicas: int, tmp_path: Path, running_system: Systems
) -> None:
    turn = asyncio.Semaphore(AT_ONCE)
    async with running_system(replicas) as system, classroom(tmp_path / "room") as room:
        token = LocalIssuer.load(system.home.path).mint("alice")

        async def tried(case: tuple[str, str, str, int]) -> str:
            async with turn:
                return await _problem(system, room, case, token)

        problems = await asyncio.gather(*map(tried, CASES))
    assert not any(problems), "\n".join(filter(None, problems))


async def _problem(
    system: AcceptanceSystem, room: Classroom, case: tuple[str, str, str, int], token: str
) -> str:
    """What went wrong when the connection was cut like this; empty: nothing."""
    cutter = Cutter(*case)
    async with cutting(system.port, cutter) as url:
        student = await room.student(url=url, channel=f"cut {case}", count=COUNT, token=token, action=True)
        await student.ready()
        report = await student.report()
    wanted = [f"x{at}" for at in range(COUNT)]
    fine = report["seen"] == wanted and not report["problems"] and cutter.cuts == 1
    return "" if fine else f"{case}, {cutter.cuts} cuts: {report}"
