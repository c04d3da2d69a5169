"""What comes late, twice, in the wrong order, or of a time that is over."""

from gateway.live.messages import Change, ReadSet, Repair
from tests.gateway.live.memory import kept
from tests.gateway.live.rig import OTHER, ROW, MakeRig, Rig, query, reads, writes


def watching(rig: MakeRig) -> Rig:
    """A world with one query that has its answer."""
    world = rig()
    world.connect()
    world.watch()
    world.answer("v")
    world.wait(1)
    return world


# Epochs


def test_an_epoch_that_goes_up_twice_during_a_run(rig: MakeRig) -> None:
    world = watching(rig)
    world.change(1)
    for epoch in (2, 3):
        world.bundle(head=0, epoch=epoch)
    for epoch in (1, 2):
        world.answer(f"of epoch {epoch}", reads(epoch=epoch, xmax=500))
        world.wait(1)
    assert world.last() == "v"
    world.answer("of epoch 3", reads(epoch=3))
    assert world.last() == "of epoch 3"
    world.bundle(head=0, epoch=3)
    world.wait(1)
    assert world.runs == []


def test_a_run_that_read_before_and_after_a_restart_is_not_shown(rig: MakeRig) -> None:
    world = watching(rig)
    world.change(1)
    world.bundle(head=0, epoch=2)
    world.answer("torn", ReadSet(reads(epoch=2).reads + reads(OTHER, epoch=1, xmax=500).reads))
    assert world.last() == "v"


def test_an_own_write_is_waited_for_across_two_restarts(rig: MakeRig) -> None:
    world = watching(rig)
    world.mutate(1)
    world.bundle(head=0, epoch=2)
    world.finish(writes())
    world.bundle(head=0, epoch=3)
    world.answer("begun before the outcome", reads(epoch=3))
    assert world.completed() == []
    world.wait(1)
    world.answer("begun after it", reads(epoch=3))
    assert world.completed() == [1]


def test_an_epoch_that_a_run_brings_is_not_taken_back_by_an_old_repair(rig: MakeRig) -> None:
    world = watching(rig)
    world.bundle(head=1)
    world.change(1)
    world.answer("of epoch 2", reads(epoch=2, head=4))
    world.repaired(1, Change(1, 101, (ROW,)), epoch=1)
    world.wait(0.3)
    assert world.repairs == [Repair("a", 2, 4)]
    world.repaired(4, epoch=2)
    assert world.last() == "of epoch 2"
    world.answer("once more", reads(epoch=2, head=4))  # all of the service runs, this one too
    world.wait(1)
    assert world.runs == []


# Repairs


def test_a_repair_of_an_older_epoch_changes_nothing_and_is_asked_again(rig: MakeRig) -> None:
    world = watching(rig)
    world.bundle(head=1)
    world.bundle(head=0, epoch=2)
    world.answer("v2", reads(epoch=2))
    world.repaired(2, Change(1, 50, (ROW,)), Change(2, 500, (ROW,)), epoch=1)
    world.wait(0.3)
    assert world.runs == []
    assert world.repairs == [Repair("a", 2, 0)]
    world.bundle(Change(1, 300, (ROW,)), epoch=2)
    world.wait(1)
    assert len(world.runs) == 1


def test_a_repair_that_answers_after_the_bus_has_gone_on(rig: MakeRig) -> None:
    world = watching(rig)
    world.change(2, OTHER)
    world.change(3, ROW)
    assert world.repairs == [Repair("a", 1, 0)]
    world.repaired(2, Change(1, 101, (OTHER,)), Change(2, 102, (OTHER,)))
    assert world.runs == []
    world.bundle(head=3)
    assert world.repairs == [Repair("a", 1, 2)]
    world.repaired(3, Change(3, 103, (ROW,)))
    assert len(world.runs) == 1


def test_repairs_that_answer_in_the_wrong_order_take_nothing_back(rig: MakeRig) -> None:
    world = watching(rig)
    world.bundle(head=2)
    world.core.repaired("a", 1, 2, (Change(1, 101, (OTHER,)), Change(2, 102, (ROW,))), world.now)
    world.core.repaired("a", 1, 1, (Change(1, 101, (OTHER,)),), world.now)
    world.settle()
    world.answer("new", reads(head=2, xmax=103))
    world.core.repaired("a", 1, 0, (), world.now)
    world.bundle(Change(2, 102, (ROW,)), head=2)
    world.wait(1)
    assert world.runs == []
    world.change(3)
    world.wait(1)
    assert len(world.runs) == 1


def test_a_late_word_that_history_is_gone_costs_a_run_only_where_it_is_news(rig: MakeRig) -> None:
    world = watching(rig)
    world.bundle(head=5)
    world.core.repaired("a", 1, 5, None, world.now)
    world.settle()
    world.answer("of 5", reads(head=5, xmax=106))
    world.core.repaired("a", 1, 3, None, world.now)
    world.settle()
    world.wait(1)
    assert (world.last(), world.runs) == ("of 5", [])
    world.change(6)
    assert len(world.runs) == 1


def test_a_repair_with_a_hole_before_it_makes_everything_run(rig: MakeRig) -> None:
    world = watching(rig)
    world.bundle(head=9)
    world.repaired(9, Change(8, 108, (OTHER,)), Change(9, 109, (OTHER,)))
    assert len(world.runs) == 1
    world.answer("of 9", reads(head=9, xmax=110))
    world.change(10)
    world.wait(1)
    assert len(world.runs) == 1


def test_a_repair_that_follows_what_is_known_is_no_hole(rig: MakeRig) -> None:
    world = watching(rig)
    world.change(1, OTHER)
    world.bundle(head=2)
    world.repaired(2, Change(2, 102, (OTHER,)))
    assert world.runs == []


def test_one_repair_at_a_time(rig: MakeRig) -> None:
    world = watching(rig)
    for seq in (3, 5, 7):
        world.change(seq, OTHER)
    assert world.repairs == [Repair("a", 1, 0)]


# Within one pump


def test_the_same_id_again_within_one_pump_shows_the_new_query(rig: MakeRig) -> None:
    world = watching(rig)
    world.change(1)
    world.core.unsubscribe("s", 1, world.now)
    world.core.subscribe("s", 1, query("other"), None, world.now)
    world.settle()
    world.answer("of the first", reads(head=1, xmax=102))
    assert world.last() == "v"
    world.answer("of the other", reads(OTHER))
    assert world.seen() == [{1: "v"}, {1: "of the other"}]


def test_the_same_query_again_within_one_pump_is_answered_once(rig: MakeRig) -> None:
    world = watching(rig)
    for _ in range(5):
        world.core.unsubscribe("s", 1, world.now)
        world.core.subscribe("s", 1, query(), None, world.now)
    world.settle()
    world.wait(1)
    assert world.seen() == [{1: "v"}, {1: "v"}]
    assert (world.started, kept(world.core)["Subscription"]) == (1, 1)


def test_the_same_id_again_within_one_pump_with_an_answer_due(rig: MakeRig) -> None:
    world = watching(rig)
    world.change(1)
    run = world.runs.pop()
    world.watch(2, query("other"))
    world.answer("other", reads(OTHER))
    world.runs.append(run)
    world.mutate(1)
    world.answer("new", reads(head=1, xmax=102))  # held: a mutation is under way
    world.core.unsubscribe("s", 1, world.now)
    world.core.subscribe("s", 1, query("other"), None, world.now)
    world.settle()
    world.finish()
    world.wait(1)
    assert (world.last(1), world.completed()) == ("other", [1])
    assert not any("new" in results.values() for results in world.seen())


def test_a_mutation_does_not_wait_for_a_query_that_was_replaced(rig: MakeRig) -> None:
    world = watching(rig)
    world.mutate(1)
    world.finish(writes())
    assert world.completed() == []
    world.core.unsubscribe("s", 1, world.now)
    world.core.subscribe("s", 1, query("other"), None, world.now)
    world.settle()
    assert world.completed() == [1]
    world.answer("other", reads(OTHER), world.runs[-1])
    assert world.last() == "other"


# From gateway to gateway


def test_a_client_that_hops_with_each_mutation_never_loses_sight_of_its_own(rig: MakeRig) -> None:
    gateways, lag = (rig(), rig()), (4, 1)
    shown, done = "0", 0
    for world in gateways:
        world.connect("other")
        world.watch(session="other")
        world.answer("0")
        world.wait(1)
    for done in range(1, 9):
        world, told = gateways[done % 2], done - 1 - lag[done % 2]
        late = world.runs[0] if world.runs else None
        for seq in range(1, told + 1):
            world.change(seq, xid=99 + seq)
        world.connect("me", resumed=True)
        world.watch(session="me", seen=shown.encode())
        if late is not None:
            world.answer(f"late {done}", reads(head=max(told, 0), xmax=100), late)
        assert world.last(session="me") in (None, *map(str, range(done)))
        world.mutate(done, "me")
        world.finish(writes(xid=99 + done))
        for _ in range(3):
            while world.runs:
                world.answer(str(done), reads(head=max(told, 0), xmax=100 + done))
            world.wait(1)
        assert world.completed("me")[-1] == done
        shown = str(world.last(session="me"))
        assert shown == str(done)
        world.core.disconnect("me", world.now)
        world.change(told + 1 if told >= 0 else 1, xid=100 + max(told, 0))
        world.core.wrote(writes(xid=100 + done), world.now)  # somebody's next: a run is under way at the hop
        world.settle()


# Told of a write before, after, twice, and in vain


def test_a_write_told_before_its_change_costs_one_run(rig: MakeRig) -> None:
    world = watching(rig)
    world.core.wrote(writes(xid=101), world.now)
    world.settle()
    world.answer("new", reads(head=0, xmax=102))
    world.change(1)
    world.wait(1)
    assert (world.last(), world.started, kept(world.core)["DirectWrite"]) == ("new", 2, 0)


def test_a_write_told_after_its_change_costs_one_run(rig: MakeRig) -> None:
    world = watching(rig)
    world.change(1)
    world.core.wrote(writes(xid=101), world.now)
    world.settle()
    world.answer("new", reads(head=1, xmax=102))
    world.core.wrote(writes(xid=101), world.now)
    world.settle()
    world.wait(1)
    assert (world.last(), world.started) == ("new", 2)


def test_a_write_told_twice_is_remembered_once_and_forgotten_with_its_change(rig: MakeRig) -> None:
    world = watching(rig)
    for _ in range(2):
        world.core.wrote(writes(ROW, OTHER, xid=101), world.now)
    world.settle()
    world.answer("before it", reads(xmax=101))
    world.wait(1)
    world.answer("after it", reads(xmax=102))
    assert kept(world.core)["DirectWrite"] == 1
    world.bundle(Change(1, 101, (ROW,)), Change(2, 101, (OTHER,)))
    world.wait(1)
    assert (world.last(), world.started, kept(world.core)["DirectWrite"]) == ("after it", 3, 0)


def test_a_write_is_not_forgotten_while_part_of_it_has_not_come(rig: MakeRig) -> None:
    world = watching(rig)
    world.core.wrote(writes(ROW, OTHER, xid=101), world.now)
    world.settle()
    world.bundle(Change(1, 101, (OTHER,)))
    world.answer("before it", reads(head=1, xmax=101))
    world.wait(1)
    assert len(world.runs) == 1


def test_a_write_told_by_its_keys_is_over_when_its_tables_came_and_the_other_way_round(rig: MakeRig) -> None:
    for told, came in (
        ((ROW, OTHER), ("a.rows/*",)),
        (("a.rows/*",), (ROW,)),
        ((ROW, "a.others/by_id/1"), ("*",)),
    ):
        world = watching(rig)
        world.core.wrote(writes(*told, xid=101), world.now)
        world.bundle(Change(1, 101, came))
        assert kept(world.core)["DirectWrite"] == 0, told
    world = watching(rig)
    world.core.wrote(writes("a.others/*", ROW, xid=101), world.now)
    world.bundle(Change(1, 101, ("a.rows/*", OTHER)))
    assert kept(world.core)["DirectWrite"] == 1


def test_a_write_that_a_failover_lost_is_neither_waited_for_nor_kept(rig: MakeRig) -> None:
    world = watching(rig)
    world.core.wrote(writes(xid=100), world.now)
    world.settle()
    world.bundle(head=0, epoch=2)
    world.answer("of the dead", reads(xmax=101))
    assert world.last() == "v"
    world.core.wrote(writes(xid=100), world.now)  # and again, late
    world.wait(1)
    world.answer("without it", reads(epoch=2, xmax=90))
    assert world.last() == "without it"
    for _ in range(8):
        world.bundle(head=0, epoch=2)
        world.wait(1)
    assert (world.runs, kept(world.core)["DirectWrite"]) == ([], 0)
    world.bundle(Change(1, 100, (OTHER,)), epoch=2)  # the id, used again
    world.bundle(Change(2, 101, (ROW,)), epoch=2)
    world.wait(1)
    assert len(world.runs) == 1


def test_a_write_of_an_epoch_not_heard_of_is_a_reason_to_ask(rig: MakeRig) -> None:
    world = watching(rig)
    world.core.wrote(writes(xid=10, epoch=2), world.now)
    world.settle()
    assert world.repairs == [Repair("a", 1, 0)]
    world.repaired(0, epoch=2)
    world.answer("of before", reads(epoch=1))
    assert world.last() == "v"
    world.wait(1)
    world.answer("before it", reads(epoch=2, xmax=10))
    world.wait(1)
    world.answer("after it", reads(epoch=2, xmax=11))
    world.bundle(Change(1, 10, (ROW,)), epoch=2)
    world.wait(1)
    assert (world.last(), world.runs, kept(world.core)["DirectWrite"]) == ("after it", [], 0)
