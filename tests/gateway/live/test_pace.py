"""How often and how many: quiet entries at once, busy ones paced, nobody starved."""

from gateway.live.limits import Limits
from gateway.live.messages import Change
from tests.gateway.live.rig import OTHER, MakeRig, Rig, query, reads, writes


def crowd(world: Rig, count: int) -> None:
    """One session each with a query of its own, all reading the same row."""
    for number in range(count):
        world.connect(f"s{number}")
        world.watch(1, query(f"q{number}"), session=f"s{number}")
        world.answer("v")


def test_the_first_run_after_quiet_starts_at_once(rig: MakeRig) -> None:
    world = rig()
    crowd(world, 1)
    world.wait(1)
    world.change(1)
    assert len(world.runs) == 1


def test_an_entry_that_changes_all_the_time_is_paced(rig: MakeRig) -> None:
    world = rig()
    crowd(world, 1)
    world.started = 0
    for seq in range(1, 101):
        world.wait(0.01)
        world.change(seq)
        if world.runs:
            world.answer(f"v{seq}", reads(head=seq, xmax=101 + seq))
    assert 15 <= world.started <= 21


def test_its_own_writer_need_not_wait_for_the_pace(rig: MakeRig) -> None:
    world = rig()
    crowd(world, 1)
    for number in range(5):
        world.mutate(number, "s0")
        world.finish(writes(xid=100 + number))
        world.wait(0.001)
        world.answer(f"v{number}", reads(xmax=101 + number))
    assert world.completed("s0") == [0, 1, 2, 3, 4]


def test_a_mass_invalidation_is_spread_out(rig: MakeRig) -> None:
    world = rig(Limits(splay_from=10, runs_spread=1000))
    crowd(world, 50)
    world.wait(1)
    world.change(1)
    assert world.runs == []
    world.wait(0.05)
    assert len(world.runs) == 50


def test_who_is_hit_alone_does_not_wait_for_a_mass_invalidation(rig: MakeRig) -> None:
    world = rig(Limits(splay_from=10, runs_spread=4, runs_per_service=5))
    crowd(world, 50)
    world.connect("alone")
    world.watch(1, query("alone"), session="alone")
    world.answer("v", reads(OTHER))
    world.wait(1)
    world.change(1)
    world.wait(0.06)
    world.change(2, OTHER)
    assert [run.query.request for run in world.runs[4:]] == [b"alone"]


def test_who_waits_for_an_own_write_does_not_wait_for_a_mass_invalidation(rig: MakeRig) -> None:
    world = rig(Limits(splay_from=10, runs_spread=4))
    crowd(world, 50)
    world.wait(1)
    world.change(1)
    world.wait(0.06)
    last = next(f"s{n}" for n in range(50) if f"q{n}".encode() not in {r.query.request for r in world.runs})
    world.mutate(1, last)
    world.finish(writes(xid=200))
    assert [run.query.request.decode()[1:] for run in world.runs[4:]] == [last[1:]]


def test_runs_of_one_service_are_bounded(rig: MakeRig) -> None:
    world = rig(Limits(runs_per_service=3))
    crowd(world, 10)
    world.wait(1)
    world.change(1)
    most = 0
    for _ in range(10):
        most = max(most, len(world.runs))
        world.answer("v", reads(head=1, xmax=102))
    assert most == 3
    assert world.runs == []


def test_one_session_with_many_queries_does_not_starve_another(rig: MakeRig) -> None:
    world = rig(Limits(runs_per_service=10, runs_per_session=4))
    world.connect("greedy")
    for number in range(100):
        world.core.subscribe("greedy", number, query(f"g{number}"), None, world.now)
    world.settle()
    assert len(world.runs) == 4
    world.connect("modest")
    world.watch(1, query("m"), session="modest")
    assert world.runs[-1].query.request == b"m"


def test_a_greedy_session_gets_everything_in_the_end(rig: MakeRig) -> None:
    world = rig(Limits(runs_per_service=10, runs_per_session=4))
    world.connect()
    for number in range(50):
        world.core.subscribe("s", number, query(f"g{number}"), None, world.now)
    world.settle()
    while world.runs:
        world.answer("v")
    assert sorted(number for results in world.seen() for number in results) == list(range(50))


def test_one_change_in_many_bundles_is_one_run(rig: MakeRig) -> None:
    world = rig()
    crowd(world, 1)
    world.wait(1)
    world.started = 0
    for seq in range(1, 6):
        world.core.changes("a", 1, seq, (Change(seq, 100 + seq, ("a.rows/*",)),), world.now)
    world.settle()
    world.answer("new", reads(head=5, xmax=106))
    world.wait(3)
    assert world.started == 1


def test_nothing_of_this_needs_a_tick_per_session(rig: MakeRig) -> None:
    world = rig()
    crowd(world, 100)
    world.wait(1)
    fired = 0
    end = world.now + 10
    while (wake := world.core.next_wake()) is not None and wake <= end:
        world.now = wake
        world.core.tick(wake)
        world.settle()
        fired += 1
    assert fired < 100 + 20
