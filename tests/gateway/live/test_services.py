"""I2, I3, I11: no silent gap, no dead epoch."""

from gateway.live.limits import Limits
from gateway.live.messages import Change, Repair
from tests.gateway.live.rig import OTHER, ROW, MakeRig, Rig, query, reads, writes


def watching(rig: MakeRig, limits: Limits | None = None) -> Rig:
    """A world with one query that has its answer."""
    world = rig(limits)
    world.connect()
    world.watch()
    world.answer("v")
    world.wait(1)
    return world


def test_a_gap_is_repaired_before_anything_after_it_counts(rig: MakeRig) -> None:
    world = watching(rig)
    world.change(2, OTHER)
    assert world.repairs == [Repair("a", 1, 0)]
    world.repaired(2, Change(1, 101, (ROW,)), Change(2, 102, (OTHER,)))
    assert len(world.runs) == 1


def test_a_lost_last_change_is_noticed_by_the_heartbeat(rig: MakeRig) -> None:
    world = watching(rig)
    world.bundle(head=1)
    assert world.repairs == [Repair("a", 1, 0)]
    world.repaired(1, Change(1, 101, (ROW,)))
    assert len(world.runs) == 1


def test_a_batch_in_several_bundles_with_one_head_is_no_gap(rig: MakeRig) -> None:
    world = watching(rig)
    world.bundle(Change(1, 101, (OTHER,)), head=2)
    world.bundle(Change(2, 102, (OTHER,)), head=2)
    assert world.repairs == []


def test_silence_is_a_gap_and_is_asked_about_again_and_again(rig: MakeRig) -> None:
    world = watching(rig)
    asked = 0
    for _ in range(10):
        world.wait(0.5)
        if world.repairs:
            asked += 1
            world.repaired(0)
    assert asked in (4, 5)


def test_a_duplicate_does_nothing(rig: MakeRig) -> None:
    world = watching(rig)
    world.change(1, OTHER)
    world.change(1, ROW)
    assert world.runs == []
    assert world.repairs == []


def test_a_long_repair_is_asked_for_in_pieces(rig: MakeRig) -> None:
    world = watching(rig)
    world.bundle(head=2)
    world.repaired(2, Change(1, 101, (OTHER,)))
    assert world.repairs == [Repair("a", 1, 1)]


def test_a_repair_that_fails_is_asked_for_again(rig: MakeRig) -> None:
    world = watching(rig)
    world.bundle(head=1)
    world.repairs.clear()
    world.core.repair_failed("a", world.now)
    world.wait(0.3)
    assert world.repairs == [Repair("a", 1, 0)]


def test_a_truncated_log_runs_all_that_depends_on_the_service(rig: MakeRig) -> None:
    world = watching(rig)
    world.bundle(head=9)
    world.repaired(9, truncated=True)
    assert len(world.runs) == 1


def test_a_new_epoch_runs_all_that_depends_on_the_service(rig: MakeRig) -> None:
    world = watching(rig)
    world.bundle(head=0, epoch=2)
    world.answer("v2", reads(epoch=2))
    assert world.last() == "v2"


def test_a_result_of_a_new_epoch_is_a_sign_of_it_too(rig: MakeRig) -> None:
    world = watching(rig)
    world.watch(2, query("other"))
    world.answer("of 2", reads(OTHER, epoch=2))
    assert world.last(2) == "of 2"
    assert [run.query.request for run in world.runs] == [b"row"]


def test_what_comes_from_an_older_epoch_is_not_believed(rig: MakeRig) -> None:
    world = watching(rig)
    world.bundle(head=0, epoch=2)
    world.answer("v2", reads(epoch=2))
    world.wait(1)
    world.bundle(Change(1, 999, (OTHER,)), epoch=1)
    world.bundle(Change(1, 300, (ROW,)), epoch=2)
    assert len(world.runs) == 1


def test_a_result_of_an_older_epoch_is_not_shown(rig: MakeRig) -> None:
    world = watching(rig)
    world.bundle(head=0, epoch=2)
    world.answer("of the dead", reads(epoch=1))
    assert world.last() == "v"
    world.wait(1)
    assert len(world.runs) == 1


def test_a_ring_that_overflows_costs_a_run_but_no_update(rig: MakeRig) -> None:
    world = watching(rig, Limits(ring=2))
    world.change(1)
    for seq in (2, 3, 4):
        world.change(seq, OTHER)
    world.answer("read before", reads(head=0, xmax=100))
    assert world.last() == "v"
    world.wait(1)
    world.answer("new", reads(head=4, xmax=105))
    assert world.last() == "new"


def test_the_ring_is_bounded_by_its_keys_too(rig: MakeRig) -> None:
    world = watching(rig, Limits(ring_keys=4))
    world.change(1)
    for seq in (2, 3):
        world.change(seq, OTHER, "a.rows/by_id/3")
    world.answer("read before", reads(head=0, xmax=100))
    assert world.last() == "v"
    world.wait(1)
    assert world.runs
    world.answer("within what is kept", reads(head=1, xmax=104))
    assert world.last() == "within what is kept"


def test_a_write_whose_copy_came_first_is_not_kept_for_ever(rig: MakeRig) -> None:
    world = watching(rig)
    world.watch(2, query("slow"))
    world.change(1, OTHER, xid=150)
    world.core.wrote(writes(OTHER, xid=150), world.now)
    world.wait(6)
    world.bundle(head=1)
    world.answer("of before", reads(OTHER, head=1, xmax=151))
    world.wait(1)
    assert [run.query.request for run in world.runs] == [b"slow"]
    world.answer("v", reads(OTHER, head=1, xmax=151))
    world.wait(3)
    assert world.runs == []


def test_a_service_whose_bus_is_heard_is_not_asked(rig: MakeRig) -> None:
    world = watching(rig)
    for _ in range(20):
        world.bundle(head=0)
        world.wait(0.5)
    assert world.repairs == []
