"""One run: a system, clients, faults by the schedule, quiet points between them, and the judgement."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

import httpx

from cli.dev.home import Home
from tests.chaos.faults import FAULTS
from tests.chaos.ground import PATIENCE, Ground
from tests.chaos.report import Report
from tests.chaos.schedule import STEPS_A_ROUND, Step, steps
from tests.chaos.system import ChaosSystem

_COUNTED = {
    "repairs": "albertplus_gateway_repairs_total",
    "runs of queries": "albertplus_gateway_runs_total",
    "changes heard of": "albertplus_gateway_changes_total",
}
_WARM_UP = 1.0

Say = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """What to do: faults by name, drawn from `seed` for `seconds`."""

    seed: str
    seconds: float
    faults: Sequence[str] = tuple(FAULTS)
    disabled: tuple[str, ...] = ()
    """Mechanisms that the gateways go without, to see whether that is noticed."""


async def run(home: Home, plan: Plan, say: Say) -> Report:
    """Does it; `say` is told what happens."""
    system = ChaosSystem(home, disabled=plan.disabled)
    try:
        say("starting PostgreSQL, NATS, two of each service and two gateways …")
        await system.start()
        ground = Ground(system, plan.seed)
        async with system.supervised(), ground.populated():
            return await _Run(ground, plan, say).all()
    finally:
        await system.stop()


class _Run:
    def __init__(self, ground: Ground, plan: Plan, say: Say) -> None:
        self.ground, self.plan, self.say = ground, plan, say
        self.report = Report(plan.seed, ground.oracle)
        self._began = time.monotonic()

    async def all(self) -> Report:
        """Rounds until time is up; each ends in a quiet point."""
        names = self._possible()
        with _sampling(self.ground) as counts:
            coming = steps(names, self.plan.seed)
            await self._warm_up()
            while time.monotonic() - self._began < self.plan.seconds:
                await self._round(coming)
            await counts.sample()
        effects = await asyncio.to_thread(self.ground.truth.effects)
        self.ground.oracle.recorded(effects)
        return self._finished(counts.total)

    def _possible(self) -> list[str]:
        names = [name for name in FAULTS if name in self.plan.faults]
        if "fill-disk" in names and not self.ground.system.postgres.disk_can_fill:
            names.remove("fill-disk")
            self.report.left_out["fill-disk"] = "a small disk can be mounted by root only"
        return names

    async def _warm_up(self) -> None:
        """Without faults; every client has its first screens before any fault."""
        self.ground.going.set()
        if not await self.ground.fresh():
            raise RuntimeError("the clients are not shown anything, before any fault")
        await asyncio.sleep(_WARM_UP)

    async def _round(self, coming: Iterator[Step]) -> None:
        self.ground.going.set()
        for at in range(STEPS_A_ROUND):
            step = next(coming)
            await asyncio.sleep(step.pause)
            await self._break(step)
            if time.monotonic() - self._began > self.plan.seconds:
                break
            if at < STEPS_A_ROUND - 1:
                await self._recover(step)
        self.say("quiet: every screen is compared with the databases")
        self.report.settled.append(await self.ground.quiet())

    async def _break(self, step: Step) -> None:
        self.say(" + ".join(step.faults))
        await asyncio.gather(
            *(FAULTS[name](self.ground, Random(f"{step.seed}/{name}")) for name in step.faults)  # noqa: S311
        )
        self.report.faults.update(step.faults)
        await self.ground.system.everything_runs()

    async def _recover(self, step: Step) -> None:
        began = time.monotonic()
        if not await self.ground.fresh():
            self.report.never_fresh += 1
            self.say(f"not every screen was fresh {PATIENCE:.0f} s after {step.faults}")
        for name in step.faults:
            self.report.recoveries.setdefault(name, []).append(time.monotonic() - began)

    def _finished(self, counts: Counter[str]) -> Report:
        report = self.report
        report.seconds = time.monotonic() - self._began
        report.latencies = [seconds for client in self.ground.clients for seconds in client.seconds]
        report.counts = dict(counts)
        report.counts["updates taken by clients"] = sum(each.screen.updates for each in self.ground.clients)
        report.counts["connections made by clients"] = sum(each.connections for each in self.ground.clients)
        if report.acknowledged:
            runs = counts["runs of queries"] / report.acknowledged
            report.counts["runs of queries per mutation"] = runs
        return report


class _Counts:
    """Counters of the gateways, added up over all their lives."""

    def __init__(self, addresses: Iterable[str]) -> None:
        self.total = Counter[str]()
        self._last: dict[str, Counter[str]] = {address: Counter() for address in addresses}

    async def forever(self) -> None:
        """Looks every half a second."""
        while True:
            await self.sample()
            await asyncio.sleep(0.5)

    async def sample(self) -> None:
        """Looks once; a gateway that is down has nothing to say, and one that started anew counts from 0."""
        async with httpx.AsyncClient(timeout=1, trust_env=False) as http:
            for address, last in self._last.items():
                with contextlib.suppress(httpx.HTTPError):
                    now = _read((await http.get(address)).text)
                    for name in _COUNTED:
                        self.total[name] += now[name] - (last[name] if now[name] >= last[name] else 0)
                    self._last[address] = now


@contextlib.contextmanager
def _sampling(ground: Ground) -> Iterator[_Counts]:
    counts = _Counts(f"http://127.0.0.1:{each.http}/metrics" for each in ground.system.layout.gateways)
    task = asyncio.create_task(counts.forever())
    try:
        yield counts
    finally:
        task.cancel()


def _read(metrics: str) -> Counter[str]:
    found = Counter[str]()
    for line in metrics.splitlines():
        for name, metric in _COUNTED.items():
            if line.startswith((f"{metric} ", f"{metric}{{")):
                found[name] += int(float(line.rsplit(" ", 1)[1]))
    return found
