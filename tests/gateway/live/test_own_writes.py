"""R6: a mutation is over when every query of the session that it touched shows it."""

from gateway.live.limits import Limits
from gateway.live.messages import CoreError, ReadSet
from tests.gateway.live.rig import OTHER, ROW, MakeRig, query, reads, writes


def test_the_outcome_comes_with_the_answer_that_shows_it(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch()
    world.answer("old")
    world.wait(1)
    world.mutate(1)
    world.finish(writes())
    assert world.completed() == []
    world.answer("new", reads(xmax=101))
    last = world.sent["s"][-1]
    assert [result.answer.payload for result in last.results] == ["new"]
    assert [outcome.request_id for outcome in last.completed] == [1]


def test_an_own_mutation_costs_one_run_with_the_bus_after_the_run(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch()
    world.answer("old")
    world.wait(1)
    world.mutate(1)
    world.finish(writes(xid=101))
    world.answer("new", reads(head=0, xmax=102))
    world.change(1)
    world.wait(3)
    assert world.started == 2


def test_an_own_mutation_costs_one_run_with_the_bus_before_the_response(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch()
    world.answer("old")
    world.wait(1)
    world.mutate(1)
    world.change(1)
    world.finish(writes(xid=101))
    world.answer("new", reads(head=1, xmax=102))
    world.wait(3)
    assert world.started == 2
    assert world.completed() == [1]


def test_a_write_reaches_other_sessions_of_the_gateway_without_the_bus(rig: MakeRig) -> None:
    world = rig()
    for name in ("s", "other"):
        world.connect(name)
    world.watch(session="other")
    world.answer("old")
    world.wait(1)
    world.mutate(1)
    world.finish(writes())
    world.answer("new", reads(xmax=101))
    assert world.last(session="other") == "new"


def test_a_write_told_during_a_run_that_did_not_see_it_needs_no_bus(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch()
    world.core.wrote(writes(xid=100), world.now)
    world.answer("before", reads(xmax=100))
    world.wait(1)
    assert world.runs
    world.answer("after", reads(xmax=101))
    assert world.last() == "after"


def test_a_unary_write_through_this_gateway_needs_no_bus_either(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch()
    world.answer("old")
    world.wait(1)
    world.core.wrote(writes(), world.now)
    world.settle()
    assert len(world.runs) == 1


def test_a_mutation_that_touches_no_query_is_over_at_once(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch()
    world.answer("v")
    world.mutate(1)
    world.finish(writes(OTHER))
    assert world.completed() == [1]


def test_a_dead_service_does_not_hold_up_mutations_of_another(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch()
    world.fail()
    world.mutate(1)
    world.finish(writes(OTHER))
    assert world.completed() == [1]


def test_a_run_under_way_when_the_outcome_came_does_only_if_it_saw_the_write(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch()
    world.answer("old", reads(xmax=50))
    world.wait(1)
    world.mutate(1)
    world.change(1, xid=60)
    world.finish(writes(xid=100))
    world.answer("between", reads(head=1, xmax=100))
    assert world.completed() == []
    world.wait(1)
    world.answer("new", reads(head=1, xmax=101))
    assert world.completed() == [1]
    assert world.last() == "new"


def test_across_a_restart_only_a_run_after_the_outcome_will_do(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch()
    world.answer("old")
    world.wait(1)
    world.mutate(1)
    world.bundle(head=0, epoch=2)
    assert len(world.runs) == 1
    world.finish(writes(epoch=1))
    world.answer("maybe without it", reads(epoch=2))
    assert world.completed() == []
    world.wait(1)
    world.answer("new", reads(epoch=2, xmax=101))
    assert world.completed() == [1]


def test_an_answer_without_it_is_not_shown_later_either(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch(2, query("pointer"))
    world.answer("at other", reads(OTHER, xmax=50))
    world.wait(1)
    world.change(1, OTHER, xid=50)
    world.mutate(1)
    world.finish(writes(ROW, xid=100))
    assert world.completed() == [1]
    world.answer("at row, before", reads(ROW, OTHER, head=1, xmax=100))
    assert world.last(2) == "at other"
    world.wait(1)
    world.answer("at row, after", reads(ROW, OTHER, head=1, xmax=101))
    assert world.last(2) == "at row, after"


def test_a_query_subscribed_after_the_mutation_shows_it_from_the_start(rig: MakeRig) -> None:
    world = rig()
    world.connect("other")
    world.watch(session="other")
    world.answer("old")
    world.connect()
    world.wait(1)
    world.mutate(1)
    world.finish(writes())
    world.watch()
    assert world.seen() == [{}]
    world.answer("new", reads(xmax=101))
    assert world.last() == "new"


def test_what_was_touched_is_shown_together(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch(1, query("one"))
    world.watch(2, query("two"))
    world.answer("old one")
    world.answer("old two")
    world.wait(1)
    world.mutate(1)
    world.finish(writes())
    world.answer("new one", reads(xmax=101))
    assert len(world.seen()) == 1
    world.answer("new two", reads(xmax=101))
    assert world.seen()[1:] == [{1: "new one", 2: "new two"}]
    assert world.completed() == [1]


def test_mutations_run_one_at_a_time_in_order(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    for request in (1, 2, 3):
        world.mutate(request)
    assert [mutation.request_id for mutation in world.mutations] == [1]
    world.finish()
    assert [mutation.request_id for mutation in world.mutations] == [2]
    world.finish()
    world.finish()
    assert world.completed() == [1, 2, 3]


def test_the_next_mutation_need_not_wait_until_the_former_is_shown(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch()
    world.answer("old")
    world.mutate(1)
    world.mutate(2)
    world.finish(writes())
    assert [mutation.request_id for mutation in world.mutations] == [2]
    world.finish()
    assert world.completed() == []


def test_a_mutation_sent_twice_is_started_once(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.mutate(1)
    world.mutate(1)
    world.finish()
    assert world.mutations == []
    assert world.completed() == [1]


def test_an_outcome_for_a_session_that_is_gone_still_invalidates(rig: MakeRig) -> None:
    world = rig()
    world.connect("other")
    world.watch(session="other")
    world.answer("old")
    world.wait(1)
    world.connect()
    world.mutate(1)
    world.core.disconnect("s", world.now)
    world.finish(writes())
    assert len(world.runs) == 1


def test_too_many_waiting_mutations_are_refused_clearly(rig: MakeRig) -> None:
    world = rig(Limits(mutations=2))
    world.connect()
    for request in range(4):
        world.mutate(request)
    refused = world.sent["s"][0].completed[0]
    assert refused.request_id == 3
    assert isinstance(refused.outcome, CoreError)
    assert refused.outcome.code == "TOO_MANY_MUTATIONS"


def test_after_a_reconnect_a_mutation_waits_for_queries_whose_old_answers_the_client_still_shows(
    rig: MakeRig,
) -> None:
    world = rig()
    world.connect(resumed=True)
    world.watch()
    world.mutate(1)
    world.finish(writes())
    assert world.completed() == []
    world.answer("new", reads(xmax=101))
    assert world.completed() == [1]


def test_a_touched_query_that_goes_on_failing_shows_its_error_and_the_mutation_ends(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch()
    world.answer("old")
    world.wait(1)
    world.mutate(1)
    world.finish(writes())
    for _ in range(40):
        assert (world.last(), world.completed()) == ("old", [])
        if world.runs:
            world.fail("unreachable")
        world.wait(0.5)
    for _ in range(40):
        if world.runs:
            world.fail("unreachable")
        world.wait(0.5)
    assert world.last() == "unreachable"
    assert world.completed() == [1]


def test_a_half_answer_does_not_end_a_mutation_of_the_missing_service(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch()
    world.answer("half", ReadSet(reads(OTHER).reads, False, ("b",)))
    world.mutate(1)
    world.finish(writes("b.rows/by_id/1", service="b"))
    assert world.completed() == []


def test_many_mutations_of_one_session_are_remembered_as_a_floor(rig: MakeRig) -> None:
    world = rig(Limits(own_writes=2, direct=2))
    world.connect("other")
    world.watch(session="other")
    world.answer("old")
    world.wait(1)
    world.connect()
    for request in range(5):
        world.mutate(request)
        world.finish(writes(xid=100 + request))
    assert world.completed() == list(range(5))
    world.watch()
    world.answer("with some", reads(xmax=103))
    assert world.last() is None
    world.wait(1)
    world.answer("with all", reads(xmax=105))
    assert world.last() == "with all"


def test_what_was_touched_is_withheld_until_all_of_it_is_there_however_long(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    for number, name in ((1, "row"), (2, "other")):
        world.watch(number, query(name))
    world.answer("old row")
    world.answer("old other", reads(OTHER))
    world.wait(1)
    world.mutate(1)
    world.finish(writes(ROW, OTHER))
    world.answer("new row", reads(xmax=101))
    world.wait(2)
    assert (world.last(1), world.completed()) == ("old row", [])
    world.answer("new other", reads(OTHER, xmax=101))
    assert world.seen()[-1] == {1: "new row", 2: "new other"}
    assert world.completed() == [1]


def test_a_query_that_comes_to_read_what_was_written_is_waited_for_too(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    for number, name in ((1, "row"), (2, "pointer")):
        world.watch(number, query(name))
    world.answer("old")
    world.answer("at other", reads(OTHER, xmax=50))
    world.wait(1)
    world.mutate(1)
    world.finish(writes(ROW))
    world.change(1, OTHER, xid=50)
    world.answer("at row, before", reads(ROW, OTHER, head=1, xmax=100), world.runs[1])
    world.wait(0.5)
    assert world.last(2) == "at other"
    world.answer("new", reads(head=1, xmax=101), world.runs[0])
    assert world.completed() == []
    world.wait(1)
    world.answer("at row, after", reads(ROW, OTHER, head=1, xmax=101))
    assert world.seen()[-1] == {1: "new", 2: "at row, after"}
    assert world.completed() == [1]
    assert not any("at row, before" in results.values() for results in world.seen())


def test_a_failure_after_a_long_time_is_not_counted_from_an_earlier_one(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch()
    world.fail()
    world.wait(1)
    world.answer("old")
    world.wait(60)
    world.mutate(1)
    world.finish(writes())
    world.fail("down again")
    world.wait(0)
    assert (world.last(), world.completed()) == ("old", [])
