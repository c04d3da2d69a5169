"""R7, R8: versions chain, what belongs together comes together, slow readers get fewer states."""

from gateway.live.limits import Limits
from gateway.live.messages import CoreError
from tests.gateway.live.rig import OTHER, MakeRig, query, reads


def test_versions_chain_from_zero(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch()
    world.answer("v0")
    for seq in (1, 2, 3):
        world.wait(1)
        world.change(seq)
        world.answer(f"v{seq}", reads(head=seq, xmax=101 + seq))
    assert [(t.start, t.end) for t in world.sent["s"]] == [(0, 1), (1, 2), (2, 3), (3, 4)]


def test_first_answers_come_together(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch(1, query("one"))
    world.watch(2, query("two"))
    world.answer("1")
    world.wait(0.5)
    assert world.seen() == []
    world.answer("2")
    assert world.seen() == [{1: "1", 2: "2"}]


def test_first_answers_do_not_wait_for_ever(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch(1, query("one"))
    world.watch(2, query("slow"))
    world.answer("1")
    world.wait(1.1)
    assert world.seen() == [{1: "1"}]


def test_first_answers_do_not_wait_for_a_query_that_fails(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch(1, query("bad"))
    world.watch(2, query("good"))
    world.fail()
    world.answer("2")
    assert world.seen() == [{2: "2"}]


def test_what_one_change_touched_comes_together(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch(1, query("one"))
    world.watch(2, query("two"))
    world.answer("1")
    world.answer("2")
    world.wait(1)
    world.change(1)
    world.answer("1b", reads(head=1, xmax=102))
    assert len(world.seen()) == 1
    world.answer("2b", reads(head=1, xmax=102))
    assert world.seen()[1:] == [{1: "1b", 2: "2b"}]


def test_what_one_change_touched_waits_for_the_rest_a_tenth_of_a_second_only(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch(1, query("one"))
    world.watch(2, query("stuck"))
    world.answer("1")
    world.answer("2")
    world.wait(1)
    world.change(1)
    world.answer("1b", reads(head=1, xmax=102))
    world.wait(0.11)
    assert world.seen()[1:] == [{1: "1b"}]


def test_the_rest_may_turn_out_unchanged(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch(1, query("one"))
    world.watch(2, query("two"))
    world.answer("1")
    world.answer("2")
    world.wait(1)
    world.change(1)
    world.answer("1b", reads(head=1, xmax=102))
    world.answer("2", reads(head=1, xmax=102))
    assert world.seen()[1:] == [{1: "1b"}]


def test_a_slow_reader_gets_fewer_and_newer_states(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch()
    world.drain = False
    world.answer("v0")
    for seq in range(1, 6):
        world.wait(1)
        world.change(seq)
        world.answer(f"v{seq}", reads(head=seq, xmax=101 + seq))
    assert world.seen() == [{1: "v0"}, {1: "v1"}]
    world.core.drained("s", world.now)
    world.settle()
    assert world.seen() == [{1: "v0"}, {1: "v1"}, {1: "v5"}]


def test_a_session_that_does_not_read_is_closed(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch()
    world.drain = False
    world.answer("v")
    world.wait(31)
    assert [close.session for close in world.closed] == ["s"]


def test_a_session_that_reads_slowly_is_not_closed(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch()
    world.drain = False
    world.answer("v0")
    for seq in range(1, 5):
        world.wait(20)
        world.change(seq)
        world.answer(f"v{seq}", reads(head=seq, xmax=101 + seq))
        world.core.drained("s", world.now)
        world.settle()
    assert world.closed == []


def test_a_revision_is_acknowledged_when_its_queries_have_answers(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch()
    world.core.revise("s", 1, world.now)
    world.settle()
    assert world.seen() == []
    world.answer("v")
    assert [(t.revision, len(t.results)) for t in world.sent["s"]] == [(1, 1)]


def test_a_revision_without_news_is_acknowledged_by_an_empty_transition(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch()
    world.answer("v")
    world.core.unsubscribe("s", 1, world.now)
    world.core.revise("s", 2, world.now)
    world.settle()
    assert [(t.revision, len(t.results)) for t in world.sent["s"]] == [(0, 1), (2, 0)]


def test_an_unsubscribed_query_is_not_sent_any_more(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch(1, query("one"))
    world.watch(2, query("two"))
    world.core.unsubscribe("s", 1, world.now)
    world.answer("1")
    world.answer("2", reads(OTHER))
    assert world.seen() == [{2: "2"}]


def test_too_many_queries_are_refused_clearly_and_far_too_many_end_the_session(rig: MakeRig) -> None:
    world = rig(Limits(queries=2))
    world.connect()
    for number in range(3):
        world.watch(number, query(str(number)))
    world.answer("0")
    world.answer("1")
    refused = world.last(2)
    assert isinstance(refused, CoreError)
    assert refused.code == "TOO_MANY_QUERIES"
    for number in range(3, 5):
        world.watch(number, query(str(number)))
    assert [close.reason for close in world.closed] == ["too many queries"]


def test_too_many_sessions_are_refused(rig: MakeRig) -> None:
    world = rig(Limits(sessions=1))
    world.connect("one")
    world.connect("two")
    assert [close.session for close in world.closed] == ["two"]


def test_a_session_that_read_once_and_then_no_more_is_closed(rig: MakeRig) -> None:
    world = rig()
    world.connect()
    world.watch()
    world.answer("v")
    world.wait(40)
    world.drain = False
    world.core.revise("s", 1, world.now)
    world.settle()
    world.wait(31)
    assert [close.reason for close in world.closed] == ["does not read"]
