"""The input and output of the live core: carries out its decisions and tells it what came of them.

The core decides, this loop does: it runs queries and mutations, asks services for what the broker lost, hands
updates to the streams and wakes the core when time has passed. All in one event loop, without locks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, Protocol

import grpc
import structlog
from albertplus.live.v1 import change_pb2, read_set_pb2

from gateway import metrics, translate
from gateway.live.core import LiveCore
from gateway.live.messages import (
    Close,
    Effect,
    Expired,
    Query,
    Repair,
    RunResult,
    Send,
    StartMutation,
    StartRun,
    Transition,
    WriteSet,
)
from gateway.methods import PublicMethods
from gateway.mutations import Mutation, carry_out
from gateway.upstream import QUERY_TIMEOUT, Outgoing, Upstream
from runtime.auth import ANONYMOUS, Principal
from runtime.keys import is_whole_table
from runtime.tasks import end

REPAIR_TIMEOUT = 2.0
MAX_DIGESTS = 10_000  # of results remembered, for counting alone

log = structlog.get_logger(__name__)


class Stream(Protocol):
    """What a door offers for each of its sessions. None of it may block or raise."""

    def send(self, transition: Transition) -> None:
        """Send this, then call the core's `drained`."""

    def expired(self) -> None:
        """The caller's sign-in is over."""

    def closed(self, reason: str) -> None:
        """The core has given the session up."""


class Functions(Protocol):
    """What runs the queries and mutations that are not RPCs. None of it may raise."""

    def owns(self, query: Query) -> bool:
        """Whether this is one of its queries."""

    async def run_query(self, query: Query, caller: object) -> RunResult:
        """The result of one of its queries."""

    async def run_mutation(self, call: object) -> tuple[object, tuple[WriteSet, ...]]:
        """The outcome of one of its mutations, and what it wrote."""


class LiveDriver:
    """One live core and everything it needs to be true."""

    def __init__(
        self,
        core: LiveCore,
        upstream: Upstream,
        methods: PublicMethods,
        functions: Functions | None = None,
    ) -> None:
        """Takes over `core`; call `soon` after each call of one of its methods."""
        self.core = core
        self._functions = functions
        self._upstream = upstream
        self._methods = methods
        self._streams: dict[str, Stream] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._pump_due = False
        self._digests: dict[Query, bytes] = {}
        self._known: dict[str, asyncio.Event] = {}

    @property
    def now(self) -> float:
        """The core's clock."""
        return self._loop.time()

    def attach(self, session: str, stream: Stream) -> None:
        """Effects of this session go to `stream` from now on."""
        self._streams[session] = stream
        metrics.sessions.inc()

    def detach(self, session: str) -> None:
        """The session's stream has ended."""
        if self._streams.pop(session, None) is not None:
            metrics.sessions.dec()
            self.core.disconnect(session, self.now)
            self.soon()

    def heard(self, bundle: change_pb2.ChangeBundle) -> None:
        """A bundle came from the broker."""
        if bundle.changes:
            metrics.changes.labels(bundle.service, "broker").inc(len(bundle.changes))
        changes = translate.changes(bundle.changes)
        self.core.changes(bundle.service, bundle.epoch, bundle.head, changes, self.now)
        self.soon()

    def wrote(self, writes: tuple[read_set_pb2.WriteSet, ...]) -> None:
        """A mutation wrote this, which is not in the log yet for all we know.

        What was too much to be told exactly is left to the log: it hits only who is concerned.
        """
        exact = [write for write in writes if not any(map(is_whole_table, write.keys))]
        if exact:
            self.core.wrote(translate.write_sets(exact), self.now)
            self.soon()

    def soon(self) -> None:
        """Carries out what the core has decided, once everything that is already here has been told to it."""
        if not self._pump_due:
            self._pump_due = True
            self._loop.call_soon(self._pump)

    async def wait_positions(self, services: tuple[str, ...], timeout: float) -> bool:
        """True once each service has said where its change log stands; False if that takes too long."""
        known = (self._position(service).wait() for service in services)
        try:
            await asyncio.wait_for(asyncio.gather(*known), timeout)
        except TimeoutError:
            return False
        return True

    def has_position(self, service: str) -> bool:
        """Whether the service has ever said where its change log stands."""
        return self._position(service).is_set()

    async def close(self) -> None:
        """Stops at once; what is under way is abandoned."""
        if self._timer is not None:
            self._timer.cancel()
        await end(*self._tasks)

    def _pump(self) -> None:
        self._pump_due = False
        while effects := self.core.take_effects():
            for effect in effects:
                self._carry_out(effect)
            _count(effects)
        self._set_timer(self.core.next_wake())

    def _set_timer(self, due: float | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None if due is None else self._loop.call_at(due, self._tick)

    def _tick(self) -> None:
        self.core.tick(self.now)
        self._pump()

    def _carry_out(self, effect: Effect) -> None:
        if isinstance(effect, Send):
            if (stream := self._streams.get(effect.session)) is not None:
                stream.send(effect.transition)
        elif isinstance(effect, StartRun):
            self._start(self._run(effect))
        elif isinstance(effect, StartMutation):
            self._start(self._mutate(effect))
        elif isinstance(effect, Repair):
            self._start(self._repair(effect))
        elif (stream := self._streams.get(effect.session)) is not None:
            _tell(stream, effect)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, effect: StartRun) -> None:
        query = effect.query
        metrics.runs.labels(query.method).inc()
        try:
            result = await self._answer(query, effect.principal)
        except Exception:  # a defect here or a nonsensical read set; the core tries again
            log.exception("run failed", method=query.method)
            result = translate.failed_run()
        self._count_unchanged(query, result.digest)
        self.core.run_finished(effect.run_id, result, self.now)
        self.soon()

    async def _answer(self, query: Query, caller: object) -> RunResult:
        if self._functions is not None and self._functions.owns(query):
            return await self._functions.run_query(query, caller)
        principal = caller if isinstance(caller, Principal) else ANONYMOUS
        method = self._methods.get(query.method)
        outgoing = Outgoing(method, query.request, principal, timeout=QUERY_TIMEOUT)
        return translate.run_result(await self._upstream.call(outgoing))

    def _count_unchanged(self, query: Query, digest: bytes) -> None:
        if self._digests.pop(query, None) == digest:
            metrics.unchanged.labels(query.method).inc()
        self._digests[query] = digest
        if len(self._digests) > MAX_DIGESTS:
            del self._digests[next(iter(self._digests))]

    async def _mutate(self, effect: StartMutation) -> None:
        try:
            outcome, writes = await self._change(effect.call)
        except Exception:  # a defect here; the session's next mutation must not wait for ever
            log.exception("mutation failed")
            outcome, writes = translate.defect(), ()
        self.core.mutation_finished(effect.session, effect.request_id, outcome, writes, self.now)
        self.soon()

    async def _change(self, call: object) -> tuple[object, tuple[WriteSet, ...]]:
        if self._functions is not None and not isinstance(call, Mutation):
            return await self._functions.run_mutation(call)
        assert isinstance(call, Mutation)
        return translate.mutation_result(await carry_out(call, self._upstream))

    async def _repair(self, effect: Repair) -> None:
        metrics.repairs.labels(effect.service).inc()
        try:
            found = await self._upstream.changes(effect.service, effect.epoch, effect.since, REPAIR_TIMEOUT)
        except grpc.RpcError as error:
            log.debug("repair failed", service=effect.service, error=str(error))
            self.core.repair_failed(effect.service, self.now)
        else:
            metrics.changes.labels(effect.service, "repair").inc(len(found.changes))
            # An answer to "where are you?" says nothing about what happened before.
            unsaid = found.truncated or effect.epoch == 0
            changes = None if unsaid else translate.changes(found.changes)
            self.core.repaired(effect.service, found.epoch, found.head, changes, self.now)
            self._position(effect.service).set()
        self.soon()

    def _position(self, service: str) -> asyncio.Event:
        return self._known.setdefault(service, asyncio.Event())


def _count(effects: Sequence[Effect]) -> None:
    """Once for all of them: a counter costs as much as the rest of telling a client."""
    results = [len(effect.transition.results) for effect in effects if isinstance(effect, Send)]
    metrics.updates.inc(len(results))
    metrics.results.inc(sum(results))


def _tell(stream: Stream, effect: Expired | Close) -> None:
    if isinstance(effect, Expired):
        stream.expired()
    else:
        stream.closed(effect.reason)
