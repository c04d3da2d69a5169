"""Every input counts from its own time, and none does harm where nobody is."""

from collections.abc import Callable

from gateway.live.core import LiveCore
from gateway.live.limits import Limits
from gateway.live.messages import Identity, RunResult, Send, StartRun
from tests.gateway.live.rig import MakeRig, query, reads

INPUTS: list[Callable[[LiveCore, float], None]] = [
    lambda core, now: core.connect("new", None, False, now),
    lambda core, now: core.disconnect("nobody", now),
    lambda core, now: core.identify("nobody", None, {}, now),
    lambda core, now: core.subscribe("nobody", 1, query(), None, now),
    lambda core, now: core.rename("nobody", 1, query(), now),
    lambda core, now: core.unsubscribe("nobody", 1, now),
    lambda core, now: core.revise("nobody", 1, now),
    lambda core, now: core.drained("nobody", now),
    lambda core, now: core.progressed("nobody", now),
    lambda core, now: core.mutate("nobody", 1, "call", now),
    lambda core, now: core.mutation_finished("nobody", 1, "done", (), now),
    lambda core, now: core.wrote((), now),
    lambda core, now: core.run_finished(999, RunResult("v", b"v", None), now),
    lambda core, now: core.changes("a", 1, 0, (), now),
    lambda core, now: core.repaired("a", 1, 0, (), now),
    lambda core, now: core.repair_failed("a", now),
    lambda core, now: core.tick(now),
]


def test_any_input_tells_what_time_it_is(rig: MakeRig) -> None:
    for give in INPUTS:
        world = rig()
        world.core.connect("s", Identity("ann", "ann", expires=1.0), False, world.now)
        world.watch()
        world.core.run_finished(world.runs[0].run_id, RunResult("v", b"v", reads()), 0.5)
        world.core.subscribe("s", 2, query("more"), None, 0.5)
        give(world.core, 1.0)
        effects = world.core.take_effects()
        assert [effect for effect in effects if isinstance(effect, Send | StartRun)] == []


def test_inputs_of_nobody_cause_nothing(rig: MakeRig) -> None:
    for give in INPUTS:
        world = rig()
        give(world.core, 0.0)
        world.settle()
        assert (world.runs, world.mutations, world.sent) == ([], [], {})


def test_a_session_that_was_refused_is_nobody(rig: MakeRig) -> None:
    world = rig(Limits(sessions=1))
    world.connect("one")
    world.connect("two")
    world.watch(session="two")
    world.mutate(1, "two")
    assert (world.runs, world.mutations) == ([], [])


def test_more_drained_than_sent_is_not_counted(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    for _ in range(3):
        world.core.drained("s", world.now)
    world.watch()
    world.answer("v")
    assert world.last() == "v"


def test_a_revision_asked_for_while_two_are_under_way_comes_when_one_has_left(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.drain = False
    for revision in (1, 2, 3):
        world.core.revise("s", revision, world.now)
        world.settle()
    assert [transition.revision for transition in world.sent["s"]] == [1, 2]
    world.core.drained("s", world.now)
    world.settle()
    assert [transition.revision for transition in world.sent["s"]] == [1, 2, 3]
