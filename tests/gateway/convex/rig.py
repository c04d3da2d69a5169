"""A live core, functions over rows in memory, and connections whose frames are read by hand: no sockets."""

from __future__ import annotations

import json
import time
import uuid
from typing import Any, cast

from gateway.claims import Identity
from gateway.convex.calls import FunctionCalls
from gateway.convex.clock import Clock, from_wire
from gateway.convex.identity import caller
from gateway.convex.limits import DEFAULT_LIMITS, ConvexLimits
from gateway.convex.outbox import End, Frame, Outbox, Step
from gateway.convex.results import Renderer
from gateway.convex.session import ConvexSession, StartAction, Verify, Work
from gateway.driver import Stream
from gateway.functions.context import FunctionSettings
from gateway.live.core import LiveCore
from gateway.live.limits import Limits
from gateway.live.messages import Change, Close, Effect, Repair, RunResult, Send, StartMutation, StartRun
from gateway.methods import public_methods
from gateway.upstream import Upstream
from tests.gateway.convex.functions import SERVICE, Rows, key, table

SECOND = 10**9
NO_UPSTREAM = cast("Upstream", None)  # these functions call no service


def identity(
    subject: str, *, ttl: float = 3600, now: float = 0.0, admin: bool = False, **claims: Any
) -> Identity:
    """A verified token of this user."""
    return Identity(
        subject=subject,
        issuer="https://issuer",
        user=subject,
        admin=admin,
        issued_at=now,
        not_before=now,
        expires_at=now + ttl,
        claims={"sub": subject, **claims},
    )


class Rig:
    """Everything of one gateway but its sockets and services."""

    def __init__(self, *, redacts: bool = False, limits: Limits | None = None) -> None:
        self.now = 0.0
        self.wall = time.time_ns()
        self.core = LiveCore([SERVICE], limits or Limits(), lambda: 0.5, 0.0)
        self.rows = Rows(wall=self.wall)
        self.clock = Clock(lambda: self.wall)
        methods, settings = public_methods(), FunctionSettings()
        functions = table(self.rows)
        self.calls = FunctionCalls(functions, NO_UPSTREAM, methods, settings, Renderer(redacts))
        self.streams: dict[str, Stream] = {}
        self.held: list[StartMutation] = []
        self.holds = False
        self.late: list[tuple[int, RunResult]] = []
        self.lags = False
        self._seq = 0

    # What a session needs of its driver

    def attach(self, session: str, stream: Stream) -> None:
        self.streams[session] = stream

    def detach(self, session: str) -> None:
        if self.streams.pop(session, None) is not None:
            self.core.disconnect(session, self.now)

    def soon(self) -> None:
        """Effects are carried out by `settle`."""

    # What happens

    def client(self, *, connect: bool = True, **more: Any) -> Client:
        """A new connection."""
        made = Client(self, **more)
        if connect:
            made.connect()
        return made

    async def settle(self) -> None:
        """Carries out all that the core has decided, and what it decides within a millisecond."""
        until = self.now + 0.001
        while True:
            while effects := self.core.take_effects():
                for effect in effects:
                    await self._carry_out(effect)
            wake = self.core.next_wake()
            if wake is None or wake > until:
                return
            self.now = max(self.now, wake)
            self.core.tick(self.now)

    async def pass_time(self, seconds: float) -> None:
        """Later."""
        self.now += seconds
        self.wall += int(seconds * SECOND)
        self.rows.wall = self.wall
        self.core.tick(self.now)
        late, self.late = self.late, []
        for run_id, result in late:
            self.core.run_finished(run_id, result, self.now)
        await self.settle()

    async def write(self, channel: str, body: str, *, later: float = 1.5) -> None:
        """Somebody else writes a row, and the broker says so."""
        self.rows.xid += 1
        self.rows.rows.setdefault(channel, []).append(body)
        self._seq += 1
        change = Change(self._seq, self.rows.xid, (key(channel),))
        self.core.changes(SERVICE, 1, self._seq, (change,), self.now)
        await self.settle()
        if later:
            await self.pass_time(later)  # entries are paced

    async def release(self) -> None:
        """Carries out the oldest mutation that was held back."""
        await self._mutate(self.held.pop(0))
        await self.settle()

    async def _carry_out(self, effect: Effect) -> None:
        if isinstance(effect, StartRun):
            result = await self.calls.run_query(effect.query, effect.principal)
            if self.lags:
                self.late.append((effect.run_id, result))
            else:
                self.core.run_finished(effect.run_id, result, self.now)
        elif isinstance(effect, StartMutation):
            if self.holds:
                self.held.append(effect)
            else:
                await self._mutate(effect)
        elif isinstance(effect, Repair):
            self.core.repaired(SERVICE, 1, self._seq, (), self.now)
        elif isinstance(effect, Send) and effect.session in self.streams:
            self.streams[effect.session].send(effect.transition)
        elif isinstance(effect, Close) and effect.session in self.streams:
            self.streams[effect.session].closed(effect.reason)

    async def _mutate(self, effect: StartMutation) -> None:
        outcome, writes = await self.calls.run_mutation(effect.call)
        self.core.mutation_finished(effect.session, effect.request_id, outcome, writes, self.now)


class Client:
    """One connection, as its client sees it; checks that each Transition starts where the last one ended."""

    def __init__(
        self, rig: Rig, session_id: str | None = None, limits: ConvexLimits = DEFAULT_LIMITS
    ) -> None:
        self.rig = rig
        self.session_id = session_id or str(uuid.uuid4())
        outbox = Outbox(lambda _: False, lambda: None)
        self.session = ConvexSession(rig, rig.calls, rig.clock, outbox, limits=limits)
        self.frames: list[dict[str, Any]] = []
        self.end: End | None = None
        self.reads = True
        self.version = {"querySet": 0, "identity": 0, "ts": "AAAAAAAAAAA="}
        self.results: dict[int, dict[str, Any]] = {}
        self.actions: list[StartAction] = []
        self._query_set = self._identity = 0

    def connect(self, **more: Any) -> None:
        self.say(type="Connect", sessionId=self.session_id, connectionCount=0, lastCloseReason=None, **more)

    def say(self, **message: Any) -> Work | None:
        """Sends a message."""
        work = self.session.receive(json.dumps(message))
        if isinstance(work, StartAction):
            self.actions.append(work)
        return work

    def modify(self, *modifications: dict[str, Any]) -> None:
        self.say(
            type="ModifyQuerySet",
            baseVersion=self._query_set,
            newVersion=self._query_set + 1,
            modifications=list(modifications),
        )
        self._query_set += 1

    def watch(self, query_id: int, function: str, args: Any = None, **more: Any) -> None:
        self.modify(added(query_id, function, args, **more))

    def mutate(self, number: int, function: str, **args: Any) -> None:
        self.say(type="Mutation", requestId=number, udfPath=f"test:{function}", args=[args])

    def sign_in(self, who: Identity | None) -> None:
        """Authenticates, as a key server would have it."""
        if who is None:
            self.say(type="Authenticate", tokenType="None", baseVersion=self._identity)
        else:
            work = self.say(type="Authenticate", tokenType="User", value="token", baseVersion=self._identity)
            assert isinstance(work, Verify)
            self.session.verified(caller(who))
        self._identity += 1

    async def receive(self) -> list[dict[str, Any]]:
        """What has come since the last time, once everything under way is over."""
        await self.rig.settle()
        seen = len(self.frames)
        while self.reads and (item := self.session.outbox.take()) is not None:
            self._take(item)
            await self.rig.settle()
        return self.frames[seen:]

    def last(self, kind: str) -> dict[str, Any]:
        """The newest frame of this type."""
        return next(frame for frame in reversed(self.frames) if frame["type"] == kind)

    @property
    def values(self) -> dict[int, Any]:
        """What the client shows."""
        return {number: each.get("value", each.get("errorData")) for number, each in self.results.items()}

    def leave(self) -> None:
        """The connection is lost."""
        self.session.forget()

    def _take(self, item: Frame | Step | End) -> None:
        if isinstance(item, End):
            self.end = item
            return
        frame = json.loads(item.json if isinstance(item, Frame) else item.write())
        self.frames.append(frame)
        if isinstance(item, Step):
            self.session.written()
            self._step(frame)

    def _step(self, frame: dict[str, Any]) -> None:
        assert frame["startVersion"] == self.version
        assert from_wire(frame["endVersion"]["ts"]) >= from_wire(self.version["ts"])
        self.version = frame["endVersion"]
        changed = [each["queryId"] for each in frame["modifications"]]
        assert len(changed) == len(set(changed))
        for each in frame["modifications"]:
            if each["type"] == "QueryRemoved":
                self.results.pop(each["queryId"], None)
            else:
                assert isinstance(each["logLines"], list)
                self.results[each["queryId"]] = each


def added(query_id: int, function: str, args: Any = None, **more: Any) -> dict[str, Any]:
    """A modification that adds a query."""
    return {"type": "Add", "queryId": query_id, "udfPath": f"test:{function}", "args": [args or {}], **more}


def removed(query_id: int) -> dict[str, Any]:
    """A modification that removes it."""
    return {"type": "Remove", "queryId": query_id}


__all__ = ["Client", "Rig", "added", "identity", "removed"]
