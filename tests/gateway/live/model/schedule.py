"""Random schedules: a list of (action, number, number), so that a failing one can be shortened."""

from collections.abc import Callable
from random import Random

from tests.gateway.live.model.client import Client, Violation
from tests.gateway.live.model.queries import Spec, truth
from tests.gateway.live.model.world import SERVICES, MutationOp, Op, RunOp, Settings, World

Step = tuple[str, int, int]
Schedule = list[Step]

_BEGINNING = ("connect", "watch", "watch")  # of each client

PATIENCE = 2.0  # seconds after the last fault until everything is right again


def _client(world: World, number: int) -> Client:
    return world.clients[number % len(world.clients)]


def _connect(world: World, a: int, b: int) -> None:
    world.connect(_client(world, a), b % 2, resume=b % 4 < 2)


def _watch(world: World, a: int, b: int) -> None:
    world.watch(_client(world, a), b % 3, Spec.of(b // 3))


def _mutate(world: World, a: int, b: int) -> None:
    if len(_client(world, a).wishes) < 4:
        world.mutate(_client(world, a), SERVICES[b % 2], b // 2 % 4, b // 8)


def _begin(world: World, a: int, b: int) -> None:
    world.databases[SERVICES[a % 2]].begin(b % 4, b // 4)


def _commit(world: World, a: int, b: int) -> None:
    """Somebody else's transaction ends; a mutation's own one is ended by its call."""
    database = world.databases[SERVICES[a % 2]]
    others = [tx for tx in database.open if tx.key is None]
    if others:
        database.commit(others[b % len(others)])


def _write(world: World, a: int, b: int) -> None:
    database = world.databases[SERVICES[a % 2]]
    tx = database.begin(b % 4, b // 4)
    if tx is not None:
        database.commit(tx)


def _op(world: World, a: int, b: int, kind: type[RunOp] | type[MutationOp] | None = None) -> Op | None:
    ops = [op for op in world.ops if kind is None or isinstance(op, kind)]
    return ops[a % len(ops)] if ops else None


def _step(world: World, a: int, b: int) -> None:
    op = _op(world, a, b)
    if op is not None:
        world.step(op, lag=b % 4)


def _run(world: World, a: int, b: int) -> None:
    op = _op(world, a, b, RunOp)
    if op is not None:
        world.step(op, lag=b % 4)


def _call(world: World, a: int, b: int) -> None:
    op = _op(world, a, b, MutationOp)
    if op is not None:
        world.step(op)


def _fail(world: World, a: int, b: int) -> None:
    op = _op(world, a, b)
    if op is not None:
        world.fail(op)


def _lose_bundle(world: World, a: int, b: int) -> None:
    bus = world.buses[a % 2, SERVICES[b % 2]]
    if bus:
        world.counts["message lost"] += 1
        del bus[b // 2 % len(bus)]


def _repeat_bundle(world: World, a: int, b: int) -> None:
    bus = world.buses[a % 2, SERVICES[b % 2]]
    if bus:
        world.counts["message doubled"] += 1
        bus.append(bus[b // 2 % len(bus)])


def _swap_bundles(world: World, a: int, b: int) -> None:
    """One message is overtaken by the one after it."""
    busy = [bus for bus in world.buses.values() if len(bus) > 1]
    if busy:
        world.counts["message reordered"] += 1
        bus = busy[a % len(busy)]
        at = b % (len(bus) - 1)
        bus[at], bus[at + 1] = bus[at + 1], bus[at]


def _limit(world: World, a: int, b: int) -> None:
    """The token will be over soon, sometimes before anybody looked at the time."""
    client = _client(world, a)
    world.sign_in(client, client.user, lasts=(0.001, 0.005, 0.05)[b % 3])
    if b % 4 == 3:
        world.pump()
        world.now += 0.05


def _trim(world: World, a: int, b: int) -> None:
    database = world.databases[SERVICES[a % 2]]
    database.trimmed = max(database.trimmed, database.head - b % 2)


def _failover(world: World, a: int, b: int) -> None:
    if world.settings.failover:
        world.lose(SERVICES[a % 2], b % 3)


ACTIONS: dict[str, tuple[int, Callable[[World, int, int], None]]] = {
    "connect": (4, _connect),
    "disconnect": (1, lambda w, a, b: w.disconnect(_client(w, a))),
    "sign in": (1, lambda w, a, b: w.sign_in(_client(w, a), f"u{b % 2}")),
    "limit token": (1, _limit),
    "watch": (6, _watch),
    "unwatch": (1, lambda w, a, b: w.unwatch(_client(w, a), b % 3)),
    "mutate": (8, _mutate),
    "drain": (14, lambda w, a, b: w.drain(_client(w, a))),
    "begin": (2, _begin),
    "commit": (3, _commit),
    "write": (8, _write),
    "step": (20, _step),
    "run": (16, _run),
    "call": (12, _call),
    "fail": (3, _fail),
    "publish": (8, lambda w, a, b: w.publish(SERVICES[a % 2])),
    "deliver": (16, lambda w, a, b: w.deliver(a % 2, SERVICES[b % 2])),
    "lose bundle": (3, _lose_bundle),
    "repeat bundle": (1, _repeat_bundle),
    "swap bundles": (2, _swap_bundles),
    "tell": (4, lambda w, a, b: w.tell(SERVICES[a % 2], b % 3)),
    "beat": (2, lambda w, a, b: w.beat(SERVICES[a % 2])),
    "restart": (1, lambda w, a, b: w.restart(SERVICES[a % 2])),
    "failover": (1, _failover),
    "trim": (1, _trim),
    "wait": (8, lambda w, a, b: w.wait((0.001, 0.01, 0.06, 0.4)[a % 4] * (1 + b % 4))),
    "quiet": (0, lambda w, a, b: quiet(w)),
}


def generate(seed: int, disabled: frozenset[str] = frozenset()) -> tuple[Settings, Schedule]:
    """A world and what happens in it: some actions are left out or frequent, by the seed."""
    random = Random(seed)  # noqa: S311
    settings = Settings(
        seed=seed,
        replica=random.random() < 0.15,
        failover=random.random() < 0.15,
        deaf=random.choice([None] * 8 + [0, 1]),
        ring=random.choice([2, 4, 65_536, 65_536]),
        disabled=disabled,
    )
    names = [name for name, (weight, _) in ACTIONS.items() if weight]
    weights = [ACTIONS[name][0] * random.choice((0, 0.5, 1, 1, 1, 2, 4)) for name in names]
    weights[names.index("connect")] += 1
    weights[names.index("watch")] += 1
    schedule: Schedule = [(name, i, random.randrange(1 << 16)) for i in range(3) for name in _BEGINNING]
    for _ in range(random.randint(2, 4)):
        length = random.randint(12, 50)
        chosen = random.choices(names, weights, k=length)
        schedule += [(name, random.randrange(1 << 16), random.randrange(1 << 16)) for name in chosen]
        schedule.append(("quiet", 0, 0))
    return settings, schedule


def play(settings: Settings, schedule: Schedule) -> World:
    """Let it happen; Violation if something happens that must not."""
    world = World(settings)
    for name, a, b in schedule:
        ACTIONS[name][1](world, a, b)
        world.pump()
    return world


def quiet(world: World) -> None:
    """No more faults: soon everyone sees the truth, and every mutation is done, once."""
    for client in world.clients:
        if client.session is None:
            world.connect(client, client.gateway, resume=False)
        elif client.limited:
            world.sign_in(client, client.user)
    for database in world.databases.values():
        for tx in [tx for tx in database.open if tx.key is None]:
            database.commit(tx)
    end = world.now + PATIENCE
    while True:
        _calm(world)
        if (wrong := _wrong(world)) is None:
            return
        if world.now >= end:
            raise Violation(wrong)
        _pass_time(world)


def _calm(world: World) -> None:
    """Everything under way arrives."""
    busy = True
    while busy:
        world.pump()
        busy = False
        for service in SERVICES:
            world.publish(service)
            for gateway in (0, 1):
                while world.buses[gateway, service]:
                    world.deliver(gateway, service)
                    busy = True
        for op in tuple(world.ops):
            busy = world.step(op) or busy
        for client in world.clients:
            busy = bool(client.inbox) or busy
            world.drain(client)


def _pass_time(world: World) -> None:
    wakes = [wake for core in world.cores if (wake := core.next_wake()) is not None]
    step = max(0.0, min([0.5, *(wake - world.now for wake in wakes)]))
    if int((world.now + step) * 2) != int(world.now * 2):
        for service in SERVICES:
            world.beat(service)
    world.wait(step)


def _wrong(world: World) -> str | None:
    """What is not yet as it should be."""
    for database in world.databases.values():
        keys = [tx.key for tx in database.committed if tx.key is not None]
        if len(keys) != len(set(keys)):
            return f"a mutation was done twice in {database.name}"
    for client in world.clients:
        for query_id, spec in client.watching.items():
            should = truth(spec, client.user, world.databases)
            shown = getattr(client.view.get(query_id), "value", None)
            if shown is None and query_id in client.view:
                shown = "refused"
            if shown != should:
                return f"{client.name} sees {shown} of {spec} instead of {should}"
        if client.acknowledged != client.revision:
            return f"{client.name} still waits for revision {client.revision}"
        if client.wishes:
            return f"{client.name} still waits for {sorted(client.wishes)}"
    return None


def shorten(settings: Settings, schedule: Schedule) -> Schedule:
    """The same violation in fewer steps: leave out ever smaller pieces."""
    size = len(schedule) // 2
    while size:
        at = 0
        while at < len(schedule):
            shorter = schedule[:at] + schedule[at + size :]
            if fails(settings, shorter):
                schedule = shorter
            else:
                at += size
        size //= 2
    return schedule


def fails(settings: Settings, schedule: Schedule) -> str | None:
    """What goes wrong, if anything."""
    try:
        play(settings, schedule)
    except Violation as violation:
        return str(violation)
    return None
