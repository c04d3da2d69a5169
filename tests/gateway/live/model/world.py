"""Two databases, two gateways, three clients, and what lies between them."""

from collections import deque
from dataclasses import dataclass, field
from random import Random

from gateway.live.core import LiveCore
from gateway.live.limits import Limits
from gateway.live.messages import (
    Change,
    Close,
    Effect,
    Expired,
    Identity,
    ReadSet,
    Repair,
    RunResult,
    Send,
    StartMutation,
    StartRun,
    WriteSet,
)
from tests.gateway.live.model.client import Client, Violation, Wish
from tests.gateway.live.model.database import Database, Read, Tx
from tests.gateway.live.model.queries import Payload, Spec, next_read

SERVICES = ("a", "b")


@dataclass(frozen=True)
class Settings:
    """What kind of world."""

    seed: int = 0
    replica: bool = False  # reads may be behind
    failover: bool = False  # commits may be lost
    deaf: int | None = None  # a gateway that the bus never reaches
    ring: int = 65_536
    disabled: frozenset[str] = frozenset()


@dataclass(eq=False)
class RunOp:
    """A run on its way."""

    gateway: int
    start: StartRun
    found: list[object] = field(default_factory=list)
    reads: list[Read] = field(default_factory=list)
    incomplete: tuple[str, ...] = ()


@dataclass(eq=False)
class MutationOp:
    """A mutation on its way."""

    gateway: int
    start: StartMutation
    tx: Tx | None = None
    done: Tx | None = None


@dataclass(eq=False)
class RepairOp:
    """A Changes call on its way."""

    gateway: int
    start: Repair
    answer: tuple[int, int, tuple[Change, ...] | None] | None = None


Op = RunOp | MutationOp | RepairOp
Bundle = tuple[int, int, tuple[Change, ...]]


class World:
    """Everything that happens is one method call, chosen by the schedule."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.now = 0.0
        self.databases = {name: Database(name) for name in SERVICES}
        random = Random(settings.seed).random  # noqa: S311
        own_writes, own_for = (1000, 1e9) if settings.replica else (2, 0.05)  # floors mean a primary
        limits = Limits(
            ring=settings.ring,
            own_writes=own_writes,
            own_writes_for=own_for,
            direct=3,
            splay_from=1,
            error_after=1e9,
        )
        self.cores = [LiveCore(SERVICES, limits, random, 0.0, settings.disabled) for _ in range(2)]
        self.buses: dict[tuple[int, str], deque[Bundle | WriteSet]] = {
            (g, s): deque() for g in (0, 1) for s in SERVICES
        }
        self.clients = [Client(f"c{i}", f"u{i % 2}", ordered=not settings.failover) for i in range(3)]
        self.ops: list[Op] = []
        self.by_session: dict[str, Client] = {}
        self.runs = 0
        self.pump()

    # Effects

    def pump(self) -> None:
        """Take every core's effects."""
        for gateway, core in enumerate(self.cores):
            for effect in core.take_effects():
                self._carry_out(gateway, effect)

    def _carry_out(self, gateway: int, effect: Effect) -> None:
        match effect:
            case Send():
                client = self.by_session.get(effect.session)
                if client is not None:
                    client.receive(effect.transition)
            case StartRun():
                self.runs += 1
                self.ops.append(RunOp(gateway, effect))
            case StartMutation():
                self.ops.append(MutationOp(gateway, effect))
            case Repair():
                self.ops.append(RepairOp(gateway, effect))
            case Close() | Expired():
                raise Violation(f"not in this world: {effect}")

    # Calls under way

    def step(self, op: Op, lag: int = 0) -> bool:
        """Advance a call by one step; false if it can't."""
        match op:
            case RunOp():
                self._step_run(op, lag if self.settings.replica else 0)
            case MutationOp():
                return self._step_mutation(op)
            case RepairOp() if op.answer is None:
                op.answer = self.databases[op.start.service].changes(op.start.epoch, op.start.since)
            case RepairOp():
                assert op.answer is not None
                self.ops.remove(op)
                self.cores[op.gateway].repaired(op.start.service, *op.answer, self.now)
        return True

    def _step_run(self, op: RunOp, lag: int) -> None:
        principal = op.start.principal
        assert isinstance(principal, str)
        where = next_read(Spec.asked_by(op.start.query), principal, op.found)
        if where is None or op.incomplete:
            self._end_run(op, principal)
            return
        read = self.databases[where[0]].read(lag, where[1], where[2])
        op.reads.append(read)
        op.found.append(read.found)

    def _end_run(self, op: RunOp, user: str) -> None:
        self.ops.remove(op)
        personal = op.start.query.method in ("own", "leaky")
        value = (*op.found, "incomplete") if op.incomplete else tuple(op.found)
        payload = Payload(value, op.reads, user if personal else None)
        reads = ReadSet(tuple(read.evidence for read in op.reads), personal, op.incomplete)
        result = RunResult(payload, repr(value).encode(), reads)
        self.cores[op.gateway].run_finished(op.start.run_id, result, self.now)

    def _step_mutation(self, op: MutationOp) -> bool:
        wish = op.start.call
        assert isinstance(wish, Wish)
        database = self.databases[wish.service]
        if op.done is not None:
            self.ops.remove(op)
            writes = (database.write_set(op.done),)
            core = self.cores[op.gateway]
            core.mutation_finished(op.start.session, op.start.request_id, op.done, writes, self.now)
        elif op.tx is not None and op.tx in database.open:
            database.commit(op.tx)
            op.done = op.tx
        elif wish.key in database.by_key:
            op.done = database.by_key[wish.key]
        else:
            op.tx = database.begin(wish.row_id, wish.what, wish.key)
            return op.tx is not None
        return True

    def fail(self, op: Op) -> None:
        """A call goes wrong: lost on its way there or back."""
        core = self.cores[op.gateway]
        match op:
            case RunOp() if len(op.found) == 1 and op.start.query.method == "nested" and not op.incomplete:
                op.incomplete = ("b" if op.start.query.service == "a" else "a",)
            case RunOp():
                self.ops.remove(op)
                core.run_finished(op.start.run_id, RunResult("failed", b"failed", None), self.now)
            case MutationOp():
                op.done = None  # the gateway asks again, with the same key
            case RepairOp():
                self.ops.remove(op)
                core.repair_failed(op.start.service, self.now)

    # The bus

    def publish(self, service: str) -> None:
        """The sequencer and the relay of a service have a turn."""
        database = self.databases[service]
        new = database.sequence()
        if new:
            self._broadcast(service, (database.epoch, database.head, tuple(new)))

    def tell(self, service: str, ago: int) -> None:
        """The process of a mutation says what that wrote: at once, late, or again."""
        database = self.databases[service]
        if ago < len(database.committed):
            self._broadcast(service, database.write_set(database.committed[-1 - ago]))

    def beat(self, service: str) -> None:
        """A heartbeat."""
        database = self.databases[service]
        self._broadcast(service, (database.epoch, database.head, ()))

    def _broadcast(self, service: str, bundle: Bundle | WriteSet) -> None:
        for gateway in (0, 1):
            if gateway != self.settings.deaf:
                self.buses[gateway, service].append(bundle)

    def deliver(self, gateway: int, service: str) -> None:
        """The oldest bundle arrives."""
        bus, core = self.buses[gateway, service], self.cores[gateway]
        if not bus:
            return
        message = bus.popleft()
        if isinstance(message, WriteSet):
            core.wrote((message,), self.now)
        else:
            core.changes(service, *message, self.now)

    # Clients

    def connect(self, client: Client, gateway: int, resume: bool) -> None:
        """Connect, or connect again, to a gateway; everything is sent once more."""
        self.disconnect(client)
        client.connects += 1
        client.gateway, client.version = gateway, 0
        client.revision = client.acknowledged = 0
        if self.settings.replica:
            client.own.clear()  # a floor of runs is no promise where reads may be behind
            client.compared.clear()
        session = client.session = f"{client.name}.{client.connects}"
        self.by_session[session] = client
        core = self.cores[gateway]
        core.connect(session, Identity(client.user, client.user), client.connects > 1, self.now)
        for query_id, spec in client.watching.items():
            seen = client.digests.get(query_id) if resume else None
            core.subscribe(session, query_id, spec.query(client.user), seen, self.now)
        self._revise(client)
        for request_id, wish in client.wishes.items():
            core.mutate(session, request_id, wish, self.now)

    def sign_in(self, client: Client, user: str) -> None:
        """The same connection goes on as somebody else, or with a renewed token."""
        while client.inbox:
            self.drain(client)
        if user != client.user:
            client.user = user
            for query_id, spec in client.watching.items():
                if spec.kind == "own":
                    client.compared.pop(query_id, None)
        if client.session is not None:
            own = {
                query_id: spec.query(user) for query_id, spec in client.watching.items() if spec.kind == "own"
            }
            core = self.cores[client.gateway]
            core.identify(client.session, Identity(user, user), own, self.now)

    def disconnect(self, client: Client) -> None:
        """The connection is gone, and what was on it."""
        if client.session is not None:
            del self.by_session[client.session]
            self.cores[client.gateway].disconnect(client.session, self.now)
            client.session = None
            client.inbox.clear()

    def watch(self, client: Client, slot: int, spec: Spec) -> None:
        """Subscribe, under a new id, in place of what had the slot."""
        self.unwatch(client, slot)
        client.watched += 3
        query_id = client.watched + slot
        client.watching[query_id] = spec
        if client.session is not None:
            core = self.cores[client.gateway]
            core.subscribe(client.session, query_id, spec.query(client.user), None, self.now)
            self._revise(client)

    def unwatch(self, client: Client, slot: int) -> None:
        """Unsubscribe."""
        query_id = next((one for one in client.watching if one % 3 == slot), None)
        if query_id is None:
            return
        client.watching.pop(query_id, None)
        client.view.pop(query_id, None)
        client.digests.pop(query_id, None)
        if client.session is not None:
            self.cores[client.gateway].unsubscribe(client.session, query_id, self.now)
            self._revise(client)

    def _revise(self, client: Client) -> None:
        assert client.session is not None
        client.revision += 1
        self.cores[client.gateway].revise(client.session, client.revision, self.now)

    def mutate(self, client: Client, service: str, row_id: int, what: int) -> None:
        """Ask for a mutation."""
        client.asked += 1
        wish = Wish((client.name, client.asked), service, row_id, what)
        client.wishes[client.asked] = wish
        if client.session is not None:
            self.cores[client.gateway].mutate(client.session, client.asked, wish, self.now)

    def drain(self, client: Client) -> None:
        """The client takes one Transition."""
        if client.inbox and client.session is not None:
            self.cores[client.gateway].drained(client.session, self.now)
            client.apply()

    # Time and faults

    def wait(self, seconds: float) -> None:
        """Time passes."""
        self.now += seconds
        for core in self.cores:
            wake = core.next_wake()
            if wake is not None and wake <= self.now:
                core.tick(self.now)

    def restart(self, service: str) -> None:
        """The database restarts; calls under way to it fail or go on with the new one."""
        self.databases[service].restart()

    def lose(self, service: str, count: int) -> None:
        """Fail over and lose commits: what clients were promised of them is void."""
        self.databases[service].lose(count)
