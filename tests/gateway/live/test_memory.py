"""R7: nothing is kept of those who are gone, and nobody can make the core keep more and more."""

import pytest

from gateway.live.limits import Limits
from gateway.live.messages import Change, Identity
from tests.gateway.live.memory import kept
from tests.gateway.live.model.schedule import generate, play, quiet
from tests.gateway.live.model.world import World
from tests.gateway.live.rig import OTHER, MakeRig, Rig, query, reads, writes

OF_SOMEBODY = ("Session", "Subscription", "Entry", "Run", "Answer", "Finished", "OwnWrite", "DirectWrite")


def remains(world: Rig) -> dict[str, int]:
    """What is kept for somebody."""
    return {name: count for name, count in kept(world.core).items() if name in OF_SOMEBODY}


def pass_time(world: Rig, seconds: int) -> None:
    """While the bus is heard."""
    for _ in range(seconds):
        world.bundle(head=0)
        world.wait(1)


def everybody_leaves(world: World) -> None:
    """All are gone, all calls end, a minute passes."""
    quiet(world)
    for client in world.clients:
        world.disconnect(client)
    world.pump()
    for _ in range(130):
        while world.ops:
            world.step(world.ops[0])
            world.pump()
        for service in world.databases:
            world.beat(service)
            for gateway in (0, 1):
                while world.buses[gateway, service]:
                    world.deliver(gateway, service)
        world.wait(0.5)
        world.pump()


@pytest.mark.parametrize("part", range(4))
def test_when_everybody_has_left_any_world_nothing_is_kept_of_them(part: int) -> None:
    for seed in range(part, 120, 4):
        world = play(*generate(seed))
        everybody_leaves(world)
        for core in world.cores:
            found = kept(core)
            assert {name: found[name] for name in OF_SOMEBODY if found[name]} == {}, seed


def test_a_session_is_not_kept_until_its_token_would_have_been_over(rig: MakeRig) -> None:
    world = rig()
    for number in range(10):
        world.core.connect(f"s{number}", Identity("ann", "ann", expires=3600.0), False, world.now)
        world.core.disconnect(f"s{number}", world.now)
    world.wait(61)
    assert remains(world) == {}


def test_a_token_that_lasts_is_over_at_its_time_and_told_once(rig: MakeRig) -> None:
    world = rig()
    world.core.connect("s", Identity("ann", "ann", expires=150.0), False, world.now)
    world.wait(149)
    assert world.expired == []
    world.wait(300)
    assert len(world.expired) == 1


def test_renewed_tokens_are_not_kept(rig: MakeRig) -> None:
    world = rig()
    world.core.connect("s", Identity("ann", "ann", expires=3600.0), False, world.now)
    for _ in range(100):
        world.core.identify("s", Identity("ann", "ann", expires=7200.0), {}, world.now)
    world.wait(61)
    assert kept(world.core)["Identity"] == 1


def test_a_mutation_that_is_over_is_not_kept_and_its_id_may_be_used_again(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    for _ in range(3):
        world.mutate(1)
        world.finish(writes(OTHER))
    assert world.completed() == [1, 1, 1]
    assert "Finished" not in remains(world)
    world.watch()
    world.answer("v")
    pass_time(world, 6)
    world.watch(2)
    assert "OwnWrite" not in remains(world)


def test_a_dropped_query_that_failed_is_forgotten_by_everyone(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch(1)
    world.watch(2, query("fine"))
    world.fail()
    world.answer("v", reads(OTHER))
    for number in (1, 2):
        world.core.unsubscribe("s", number, world.now)
    pass_time(world, 10)
    assert remains(world) == {"Session": 1}
    world.bundle(head=0, epoch=2)
    world.change(1, OTHER)
    assert len(world.runs) == 0


def test_a_run_of_a_dropped_query_that_ends_late_leaves_nothing_behind(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch()
    world.core.unsubscribe("s", 1, world.now)
    pass_time(world, 6)
    world.answer("late")
    assert remains(world) == {"Session": 1}


def test_a_queued_query_that_is_dropped_leaves_nothing_behind(rig: MakeRig) -> None:
    world = rig(Limits(runs_per_service=1))
    world.connect()
    for number in (1, 2):
        world.watch(number, query(f"{number}"))
        world.core.unsubscribe("s", number, world.now)
    pass_time(world, 6)
    world.answer("first")
    assert (remains(world), world.runs) == ({"Session": 1}, [])


def test_what_a_mutation_told_is_forgotten_though_the_bus_is_deaf(rig: MakeRig) -> None:
    world = rig()
    world.core.wrote(writes(OTHER), world.now)
    for _ in range(20):
        world.wait(0.5)
        if world.repairs:
            world.repaired(0)
    assert remains(world) == {}


def test_writes_of_a_lost_epoch_are_forgotten_with_it(rig: MakeRig) -> None:
    world = rig()
    world.core.wrote(writes(OTHER), world.now)
    world.bundle(head=0, epoch=2)
    assert remains(world) == {}


def test_changes_of_an_epoch_that_is_over_are_not_kept(rig: MakeRig) -> None:
    world = rig()
    for seq in range(1, 10):
        world.change(seq, OTHER)
    world.bundle(head=0, epoch=2)
    assert kept(world.core)["Change"] == 0


def test_an_error_that_is_over_is_not_kept(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch()
    for _ in range(12):
        world.fail()
        world.wait(6)
    assert world.last() == "down"
    world.answer("v")
    assert (world.last(), remains(world)["Answer"]) == ("v", 1)


def test_however_many_come_and_go_the_core_does_not_grow(rig: MakeRig) -> None:
    world = rig()
    sizes = []
    for round_ in range(4):
        for number in range(30):
            name = f"{round_}.{number}"
            world.connect(name)
            world.watch(1, query(name), name)
            world.watch(2, query("shared"), name)
            while world.runs:
                world.answer(name, reads(f"a.rows/by_id/{name}"))
            world.mutate(1, name)
            world.finish(writes(OTHER))
            world.core.disconnect(name, world.now)
        pass_time(world, 70)
        sizes.append(kept(world.core)["all"])
    assert max(sizes[1:]) <= sizes[0] + 10, sizes


def test_a_session_that_was_closed_is_forgotten(rig: MakeRig) -> None:
    world = rig(Limits(queries=2))
    world.connect("greedy")
    for number in range(5):
        world.watch(number, query(f"{number}"), "greedy")
    world.connect("stalled")
    world.drain = False
    world.core.revise("stalled", 1, world.now)
    world.settle()
    for _ in range(60):
        pass_time(world, 1)
        while world.runs:
            world.answer("v")
    assert [close.session for close in world.closed] == ["greedy", "stalled"]
    assert remains(world) == {}


def test_a_name_or_an_id_used_again_replaces_what_had_it(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    for _ in range(3):
        world.watch()
    assert remains(world)["Subscription"] == 1
    world.connect()
    pass_time(world, 6)
    world.answer("for nobody")
    assert remains(world) == {"Session": 1}


def test_a_session_is_watched_for_stalling_by_one_timer_at_a_time(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    for revision in range(1, 100):
        world.core.revise("s", revision, world.now)
        world.settle()
    assert len(world.sent["s"]) == 99
    sizes = kept(world.core)["all"]
    for revision in range(100, 200):
        world.core.revise("s", revision, world.now)
        world.settle()
    assert kept(world.core)["all"] <= sizes + 20


def test_writes_told_while_the_bus_is_silent_are_bounded_in_number(rig: MakeRig) -> None:
    world = rig(Limits(direct=10))
    for xid in range(100):
        world.core.wrote(writes(OTHER, xid=xid), world.now)
    assert kept(world.core)["DirectWrite"] == 10


def test_the_bound_of_the_ring_counts_what_is_in_it(rig: MakeRig) -> None:
    world = rig(Limits(ring_keys=4))
    for epoch in (2, 3, 4):
        world.bundle(head=0, epoch=epoch)
        for seq in range(1, 4):
            world.bundle(Change(seq, seq, (OTHER,)), epoch=epoch)
        assert kept(world.core)["Change"] == 3
