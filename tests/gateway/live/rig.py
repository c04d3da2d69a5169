"""Drives a core by hand: one method per thing that happens, and what the clients saw."""

from typing import Protocol

from gateway.live.core import LiveCore
from gateway.live.limits import Limits
from gateway.live.messages import (
    Change,
    Close,
    Effect,
    Expired,
    Identity,
    Query,
    ReadSet,
    Repair,
    RunResult,
    Send,
    ServiceRead,
    StartMutation,
    StartRun,
    Transition,
    WriteSet,
)
from gateway.live.snapshot import Snapshot

ROW = "a.rows/by_id/1"
OTHER = "a.rows/by_id/2"


def query(name: str = "row", scope: str | None = None, service: str = "a") -> Query:
    """A query of service `a`, told apart by its name."""
    return Query(service, f"{service}.Get", name.encode(), scope)


def reads(
    *keys: str, head: int = 0, xmax: int = 100, epoch: int = 1, service: str = "a", personal: bool = False
) -> ReadSet:
    """What a run read: these keys, in a snapshot that sees all transactions below `xmax`."""
    read = ServiceRead(service, epoch, Snapshot(xmax, xmax), head, frozenset(keys or (ROW,)))
    return ReadSet((read,), personal)


def writes(*keys: str, xid: int = 100, epoch: int = 1, service: str = "a") -> tuple[WriteSet, ...]:
    """A mutation's write set."""
    return (WriteSet(service, epoch, xid, keys or (ROW,)),)


class MakeRig(Protocol):
    """`Rig` itself, or one that leaves a mechanism out."""

    def __call__(self, limits: Limits | None = None) -> "Rig": ...


class Rig:
    """A core, the time, and everything that came out of it."""

    def __init__(self, limits: Limits | None = None, without: str | None = None) -> None:
        self.now = 0.0
        disabled = frozenset([without] if without else [])
        self.core = LiveCore(["a"], limits or Limits(), lambda: 0.5, 0.0, disabled)
        self.runs: list[StartRun] = []
        self.started = 0
        self.mutations: list[StartMutation] = []
        self.repairs: list[Repair] = []
        self.sent: dict[str, list[Transition]] = {}
        self.closed: list[Close] = []
        self.expired: list[Expired] = []
        self.drain = True
        self.settle()
        self.repaired(head=0)

    def settle(self) -> None:
        """Carry out effects: note them, and drain what is sent."""
        while effects := self.core.take_effects():
            for effect in effects:
                self._carry_out(effect)

    def _carry_out(self, effect: Effect) -> None:
        match effect:
            case StartRun():
                self.runs.append(effect)
                self.started += 1
            case StartMutation():
                self.mutations.append(effect)
            case Repair():
                self.repairs.append(effect)
            case Send():
                self.sent.setdefault(effect.session, []).append(effect.transition)
                if self.drain:
                    self.core.drained(effect.session, self.now)
            case Close():
                self.closed.append(effect)
            case Expired():
                self.expired.append(effect)

    # What happens

    def connect(self, session: str = "s", who: str | None = "ann", resumed: bool = False) -> None:
        self.core.connect(session, Identity(who, who) if who else None, resumed, self.now)
        self.settle()

    def watch(
        self, number: int = 1, what: Query | None = None, session: str = "s", seen: bytes | None = None
    ) -> None:
        self.core.subscribe(session, number, what or query(), seen, self.now)
        self.settle()

    def answer(self, value: str, read: ReadSet | None = None, run: StartRun | None = None) -> None:
        """End the oldest run (or this one) with an answer."""
        run = run or self.runs[0]
        self.runs.remove(run)
        result = RunResult(value, value.encode(), read or reads())
        self.core.run_finished(run.run_id, result, self.now)
        self.settle()

    def fail(self, why: str = "down") -> None:
        """The oldest run fails."""
        self.core.run_finished(self.runs.pop(0).run_id, RunResult(why, b"!" + why.encode(), None), self.now)
        self.settle()

    def mutate(self, request: int, session: str = "s") -> None:
        self.core.mutate(session, request, f"call {request}", self.now)
        self.settle()

    def finish(self, written: tuple[WriteSet, ...] = ()) -> None:
        """The oldest mutation is done."""
        mutation = self.mutations.pop(0)
        self.core.mutation_finished(mutation.session, mutation.request_id, "done", written, self.now)
        self.settle()

    def change(self, seq: int, *keys: str, xid: int | None = None) -> None:
        """One change over the bus; its transaction is 100 + seq unless said otherwise."""
        self.bundle(Change(seq, 100 + seq if xid is None else xid, keys or (ROW,)))

    def bundle(self, *changes: Change, epoch: int = 1, head: int | None = None) -> None:
        """A bundle over the bus; without changes a heartbeat."""
        at = head if head is not None else changes[-1].seq
        self.core.changes("a", epoch, at, changes, self.now)
        self.settle()

    def repaired(self, head: int, *changes: Change, epoch: int = 1, truncated: bool = False) -> None:
        """The oldest Repair is answered."""
        self.repairs.pop(0)
        self.core.repaired("a", epoch, head, None if truncated else changes, self.now)
        self.settle()

    def wait(self, seconds: float) -> None:
        """Time passes, with a tick whenever one is due."""
        end = self.now + seconds
        while (wake := self.core.next_wake()) is not None and wake <= end:
            self.now = max(self.now, wake)
            self.core.tick(self.now)
            self.settle()
        self.now = end

    # What the clients saw

    def seen(self, session: str = "s") -> list[dict[int, object]]:
        """The results of each Transition."""
        return [{r.query_id: r.answer.payload for r in t.results} for t in self.sent.get(session, [])]

    def last(self, number: int = 1, session: str = "s") -> object:
        """What a query shows."""
        shown: dict[int, object] = {}
        for results in self.seen(session):
            shown |= results
        return shown.get(number)

    def completed(self, session: str = "s") -> list[object]:
        """Mutations whose promise has resolved."""
        return [c.request_id for t in self.sent.get(session, []) for c in t.completed]
