"""R4, R5: nothing is missed, nothing goes backwards."""

from gateway.live.messages import CoreError, Query, ReadSet, RunResult, ServiceRead
from gateway.live.snapshot import Snapshot
from tests.gateway.live.rig import OTHER, ROW, MakeRig, query, reads


def test_a_thousand_subscribers_share_one_run_and_one_payload(rig: MakeRig) -> None:
    world = rig()
    for number in range(1000):
        world.connect(f"s{number}")
        world.watch(session=f"s{number}")
    world.answer("v")
    assert world.started == 1
    assert len({id(world.sent[f"s{number}"][0].results[0].answer) for number in range(1000)}) == 1


def test_a_change_runs_the_query_again_and_the_new_answer_is_sent(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch()
    world.answer("old")
    world.wait(1)
    world.change(1)
    world.answer("new", reads(head=1, xmax=102))
    assert world.seen() == [{1: "old"}, {1: "new"}]


def test_a_change_of_other_rows_runs_nothing(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch()
    world.answer("v")
    world.change(1, OTHER)
    assert world.runs == []


def test_a_whole_table_reader_is_hit_by_any_key_and_a_whole_table_write_hits_any_reader(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch(1, query("all"))
    world.answer("v", reads("a.rows/*"))
    world.watch(2, query("one"))
    world.answer("w")
    world.wait(1)
    world.change(1, OTHER)
    assert [run.query.request for run in world.runs] == [b"all"]
    world.answer("v", reads("a.rows/*", head=1, xmax=102))
    world.wait(1)
    world.change(2, "a.rows/*")
    assert {run.query.request for run in world.runs} == {b"all", b"one"}


def test_a_change_nobody_can_decode_hits_all_of_its_service(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch()
    world.answer("v")
    world.wait(1)
    world.change(1, "*")
    assert len(world.runs) == 1


def test_a_change_during_the_run_that_it_did_not_see_runs_it_again(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch()
    world.change(1)
    world.answer("old", reads(head=0, xmax=101))
    world.wait(1)
    world.answer("new", reads(head=1, xmax=102))
    assert world.last() == "new"


def test_a_change_during_the_run_counts_for_what_the_run_read_now_not_before(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch()
    world.answer("at row", reads(ROW))
    world.wait(1)
    world.change(1, ROW)
    world.change(2, OTHER)
    world.answer("at other", reads(OTHER, head=1, xmax=102))
    world.wait(1)
    assert len(world.runs) == 1


def test_a_change_that_the_run_saw_already_does_not_run_it_again(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch()
    world.answer("v", reads(head=0, xmax=102))
    world.change(1)
    world.wait(3)
    assert world.runs == []


def test_the_same_answer_again_is_not_sent(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch()
    world.answer("v")
    world.wait(1)
    world.change(1)
    world.answer("v", reads(head=1, xmax=102))
    assert world.seen() == [{1: "v"}]


def test_a_failed_run_is_tried_again_with_growing_pauses(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch()
    pauses = []
    for _ in range(4):
        world.fail()
        before = world.now
        while not world.runs:
            world.wait(0.01)
        pauses.append(round(world.now - before, 1))
    assert pauses == [0.1, 0.2, 0.5, 0.9]


def test_a_failed_run_leaves_what_was_shown(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch()
    world.answer("v")
    world.wait(1)
    world.change(1)
    world.fail()
    world.wait(1)
    assert world.seen() == [{1: "v"}]
    assert len(world.runs) == 1


def test_a_query_without_answer_shows_its_failure_when_it_lasts(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch()
    for _ in range(20):
        if world.runs:
            world.fail("unreachable")
        world.wait(0.5)
    assert world.last() == "unreachable"
    world.wait(5)
    world.answer("v")
    assert world.last() == "v"


def test_a_failing_query_need_not_wait_when_its_service_is_heard_again(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch()
    for _ in range(5):
        world.fail()
        world.wait(3)
    world.fail()
    world.bundle(head=0)
    assert len(world.runs) == 1


def test_a_failing_query_of_any_service_need_not_wait_when_one_is_heard_again(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch(what=Query("", "function:list", b"{}"))
    for _ in range(5):
        world.fail()
        world.wait(3)
    world.fail()
    world.bundle(head=0)
    assert len(world.runs) == 1


def test_an_answer_with_a_part_missing_is_shown_and_run_again(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch()
    world.answer("half", ReadSet(reads().reads, False, ("b",)))
    assert world.last() == "half"
    world.wait(0.2)
    world.answer("whole")
    assert world.last() == "whole"


def test_an_error_with_a_read_set_is_an_answer(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch()
    run = world.runs.pop()
    world.core.run_finished(run.run_id, RunResult("NOT_FOUND", b"404", reads(), error=True), world.now)
    world.settle()
    world.wait(3)
    assert world.last() == "NOT_FOUND"
    assert world.runs == []


def test_an_answer_of_an_older_snapshot_never_replaces_a_newer_one(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch()
    world.answer("new", reads(head=1, xmax=102))
    world.wait(1)
    world.change(1, "a.rows/*", xid=500)
    world.answer("old", reads(head=0, xmax=101))
    assert world.seen() == [{1: "new"}]
    world.wait(1)
    assert len(world.runs) == 1


def test_an_answer_older_than_the_ring_is_discarded(rig: MakeRig) -> None:
    world = rig()
    world.repairs.clear()
    world.connect()
    world.watch()
    world.bundle(head=5)
    world.repaired(5, truncated=True)
    world.answer("of before", reads(head=3))
    assert world.seen() == []
    world.wait(1)
    world.answer("v", reads(head=5))
    assert world.last() == "v"


def test_a_personal_result_of_a_shared_query_is_shown_to_nobody(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch()
    world.answer("secret", reads(personal=True))
    shown = world.last()
    assert isinstance(shown, CoreError)
    assert shown.code == "PERSONAL_RESULT"


def test_personal_queries_of_two_users_are_two_entries(rig: MakeRig) -> None:
    world = rig()
    for who in ("ann", "bob"):
        world.connect(who, who)
        world.watch(1, query("mine", scope=who), session=who)
    assert [(run.query.scope, run.principal) for run in world.runs] == [("ann", "ann"), ("bob", "bob")]


def test_after_a_reconnect_only_a_run_started_since_is_shown(rig: MakeRig) -> None:
    world = rig()
    world.connect("other")
    world.watch(session="other")
    world.answer("maybe older than what I saw elsewhere")
    world.connect(resumed=True)
    world.watch()
    assert world.seen() == []
    world.wait(0.01)
    world.answer("v", reads(xmax=101))
    assert world.seen() == [{1: "v"}]


def test_after_a_reconnect_a_run_under_way_is_not_joined(rig: MakeRig) -> None:
    world = rig()
    world.connect("other")
    world.watch(session="other")
    world.connect(resumed=True)
    world.watch()
    world.answer("read before I connected")
    assert world.seen() == []
    world.wait(1)
    world.answer("v", reads(xmax=101))
    assert world.seen() == [{1: "v"}]


def test_a_resumed_query_with_the_same_answer_is_told_so(rig: MakeRig) -> None:
    world = rig()
    world.connect(resumed=True)
    world.watch(seen=b"v")
    world.answer("v")
    assert [result.unchanged for result in world.sent["s"][0].results] == [True]


def test_a_stale_answer_is_not_what_a_new_subscriber_sees_first(rig: MakeRig) -> None:
    world = rig()
    world.connect("other")
    world.watch(session="other")
    world.answer("old")
    world.wait(1)
    world.change(1)
    world.connect()
    world.watch()
    assert world.seen() == []


def test_an_entry_without_subscribers_is_kept_a_while_and_then_dropped(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch(1)
    world.answer("v")
    world.core.unsubscribe("s", 1, world.now)
    world.wait(4)
    world.watch(2)
    assert world.last(2) == "v"
    world.core.unsubscribe("s", 2, world.now)
    world.wait(6)
    world.watch(3)
    assert world.last(3) is None
    assert world.started == 2


def test_an_unwatched_entry_that_is_hit_runs_only_when_somebody_watches_again(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch(1)
    world.answer("v")
    world.core.unsubscribe("s", 1, world.now)
    world.wait(1)
    world.change(1)
    assert world.runs == []
    world.watch(2)
    assert len(world.runs) == 1


def test_two_reads_of_one_service_are_judged_each_by_its_own_snapshot(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch()
    early = ServiceRead("a", 1, Snapshot(101, 101), 0, frozenset([ROW]))
    late = ServiceRead("a", 1, Snapshot(102, 102), 1, frozenset([OTHER]))
    world.change(1, ROW)
    world.answer("torn", ReadSet((early, late)))
    world.wait(1)
    assert len(world.runs) == 1


def test_a_resumed_query_is_told_it_is_unchanged_only_once(rig: MakeRig) -> None:
    world = rig()
    world.connect(resumed=True)
    world.watch(seen=b"v")
    for seq, value in enumerate(("v", "w", "v"), start=1):
        world.answer(value, reads(head=seq - 1, xmax=100 + seq))
        world.wait(1)
        world.change(seq)
    told = [result.unchanged for transition in world.sent["s"] for result in transition.results]
    assert told == [True, False, False]


def test_a_query_resumed_within_a_session_is_run_anew(rig: MakeRig) -> None:
    world = rig()
    world.connect("other")
    world.watch(session="other")
    world.answer("v")
    world.connect()
    world.watch(seen=b"w")
    assert (world.last(), world.runs) == (None, [])
    world.wait(1)
    world.answer("w")
    assert world.last() == "w"


def test_an_answer_with_a_part_missing_is_not_what_a_newcomer_sees_first(rig: MakeRig) -> None:
    world = rig()
    world.connect("one")
    world.watch(session="one")
    world.answer("half", ReadSet(reads().reads, False, ("b",)))
    world.connect("two")
    world.watch(session="two")
    assert (world.last(session="one"), world.last(session="two")) == ("half", None)
