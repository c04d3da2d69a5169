"""Two databases, two gateways, three clients, and what lies between them."""

from collections import Counter, deque
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
    ServiceRead,
    StartMutation,
    StartRun,
    Transition,
    WriteSet,
)
from tests.gateway.live.model.client import Client, Violation, Wish
from tests.gateway.live.model.database import Database, Read, Tx
from tests.gateway.live.model.queries import REFUSED, Payload, Spec, next_read, value

SERVICES = ("a", "b")


@dataclass(frozen=True)
class Settings:
    """What kind of world."""

    seed: int = 0
    replica: bool = False  # reads may be behind
    failover: bool = False  # commits may be lost
    deaf: int | None = None  # a gateway that the bus never reaches
    ring: int = 65_536
    disabled: frozenset[str] = frozenset()  # mechanisms left out, of the core or of the database


@dataclass(frozen=True)
class Token:
    """On whose behalf something is done, and for how long it may be."""

    user: str
    expires: float | None = None


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
        self.counts: Counter[str] = Counter()  # what happened
        disabled = settings.disabled
        self.databases = {name: Database(name, disabled=disabled, counts=self.counts) for name in SERVICES}
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
        self.clients = [
            Client(f"c{i}", f"u{i % 2}", ordered=not settings.failover, counts=self.counts) for i in range(3)
        ]
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
                    if client.is_over(self.now):
                        raise Violation("sent to somebody whose token is over")
                    client.receive(effect.transition)
                    self._pin_pages(client, effect.transition)
            case StartRun():
                token = effect.principal
                if isinstance(token, Token) and token.expires is not None and token.expires <= self.now:
                    raise Violation("a run with a token that is over")
                self.runs += 1
                self.ops.append(RunOp(gateway, effect))
            case StartMutation():
                if self.by_session[effect.session].is_over(self.now):
                    raise Violation("a mutation with a token that is over")
                self.ops.append(MutationOp(gateway, effect))
            case Repair():
                self.ops.append(RepairOp(gateway, effect))
            case Expired():
                self.counts["token over"] += 1
                if not self.by_session[effect.session].is_over(self.now):
                    raise Violation("told that its token is over, which is not")
            case Close():
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
        """All that a run reads of one service, in one snapshot; or its end."""
        token, spec = op.start.principal, Spec.asked_by(op.start.query)
        assert isinstance(token, Token)
        where = next_read(spec, token.user, op.found)
        if where is None or op.incomplete:
            self._end_run(op, spec, token.user)
            return
        service = where[0]
        while where is not None and where[0] == service:
            read = self.databases[service].read(lag, where[1], where[2])
            op.reads.append(read)
            op.found.append(read.found)
            where = next_read(spec, token.user, op.found)

    def _end_run(self, op: RunOp, spec: Spec, user: str) -> None:
        self.ops.remove(op)
        self.counts["nested query"] += len({read.evidence.service for read in op.reads}) == 2
        personal = spec.personal or spec.kind == "leaky"
        found = (*op.found, "incomplete") if op.incomplete else value(spec, op.found)
        payload = Payload(found, op.reads, user if personal else None, spec, user, bool(op.incomplete))
        reads = ReadSet(tuple(self._evidence(read) for read in op.reads), personal, op.incomplete)
        result = RunResult(payload, repr(found).encode(), reads, error=found == REFUSED)
        self.cores[op.gateway].run_finished(op.start.run_id, result, self.now)

    def _evidence(self, read: Read) -> ServiceRead:
        database = self.databases[read.evidence.service]
        return read.evidence if database.has("snapshot_first") else database.evidence_now(read)

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
        elif wish.key in database.by_key and database.has("idempotency"):
            op.done = database.by_key[wish.key]
        else:
            op.tx = database.begin(wish.row_id, wish.what, wish.key)
            return op.tx is not None
        return True

    def fail(self, op: Op) -> None:
        """A call goes wrong: lost on its way there or back."""
        self.counts[f"{type(op).__name__[:-2].lower()} failed"] += 1
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
            self.counts["told before it is numbered"] += 1
            core.wrote((message,), self.now)
        else:
            database = self.databases[service]
            self.counts["message late"] += message[:2] < (database.epoch, database.head)
            core.changes(service, *message, self.now)

    # Clients

    def connect(self, client: Client, gateway: int, resume: bool) -> None:
        """Connect, or connect again, to a gateway; everything is sent once more."""
        self.disconnect(client)
        self.counts["other gateway"] += bool(client.connects) and client.gateway != gateway
        client.connects += 1
        client.gateway, client.version = gateway, 0
        client.limited, client.expires = False, None
        client.revision = client.acknowledged = 0
        if self.settings.replica:
            client.own.clear()  # a floor of runs is no promise where reads may be behind
            client.compared.clear()
        session = client.session = f"{client.name}.{client.connects}"
        self.by_session[session] = client
        core = self.cores[gateway]
        core.connect(session, Identity(client.user, Token(client.user)), client.connects > 1, self.now)
        for query_id, spec in client.watching.items():
            seen = client.digests.get(query_id) if resume else None
            core.subscribe(session, query_id, spec.query(client.user), seen, self.now)
        self._revise(client)
        for request_id, wish in client.wishes.items():
            core.mutate(session, request_id, wish, self.now)

    def sign_in(self, client: Client, user: str, lasts: float | None = None) -> None:
        """The same connection goes on as somebody else, or with a renewed token, perhaps for a while only."""
        while client.inbox:
            self.drain(client)
        renewed = client.session is not None and user == client.user
        self.counts["token renewed" if renewed else "other user"] += 1
        if user != client.user:
            client.user = user
            for query_id, spec in client.watching.items():
                if spec.personal:
                    client.compared.pop(query_id, None)
        if client.session is not None:
            own = {query_id: spec.query(user) for query_id, spec in client.watching.items() if spec.personal}
            expires = None if lasts is None else self.now + lasts
            client.limited, client.expires = lasts is not None, expires
            core = self.cores[client.gateway]
            core.identify(client.session, Identity(user, Token(user, expires), expires), own, self.now)

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

    def _pin_pages(self, client: Client, transition: Transition) -> None:
        """What the door does with a page that was answered: it is asked for by its end from now on."""
        for result in transition.results:
            spec, payload = client.watching.get(result.query_id), result.answer.payload
            if spec is not None and spec.kind == "page" and isinstance(payload, Payload):
                self.counts["query renamed"] += 1
                pinned = client.watching[result.query_id] = spec.pinned(payload.value)
                core = self.cores[client.gateway]
                core.rename(client.session or "", result.query_id, pinned.query(client.user), self.now)

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
        self.counts["restart"] += 1
        self.databases[service].restart()

    def lose(self, service: str, count: int) -> None:
        """Fail over and lose commits: what clients were promised of them is void."""
        self.databases[service].lose(count)
