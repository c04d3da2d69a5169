"""A query that is to be asked differently after its first run, such as a page that keeps its end."""

from gateway.live.messages import Change, Query, ReadSet
from tests.gateway.live.rig import OTHER, ROW, Rig, query, reads, writes


def answered(world: Rig, session: str = "s") -> None:
    """A session that has been answered, and asks differently from now on."""
    world.connect(session)
    world.watch(session=session)
    world.answer("old")
    world.wait(1)
    renamed(world, session)


def two_services(a: int, b: int) -> ReadSet:
    return ReadSet((*reads(xmax=a).reads, *reads("b.rows/by_id/1", xmax=b, service="b").reads))


def renamed(world: Rig, session: str = "s", to: Query | None = None) -> None:
    world.core.rename(session, 1, to or query("page"), world.now)
    world.settle()


def test_nothing_is_sent_or_run_for_it() -> None:
    world = Rig()
    answered(world)
    world.wait(3)
    assert (world.seen(), world.started) == ([{1: "old"}], 1)


def test_what_it_read_is_still_watched_and_run_under_the_new_name() -> None:
    world = Rig()
    answered(world)
    world.change(1)
    (run,) = world.runs
    assert run.query == query("page")
    world.answer("new", reads(head=1, xmax=102))
    assert world.last() == "new"


def test_what_it_did_not_read_does_not_hit_it() -> None:
    world = Rig()
    answered(world)
    world.change(1, OTHER)
    assert not world.runs


def test_an_answer_that_is_already_outdated_is_outdated_under_the_new_name() -> None:
    world = Rig()
    world.connect()
    world.watch()
    world.answer("old")
    world.change(1)
    renamed(world)
    world.wait(1)
    assert [run.query for run in world.runs if run.query == query("page")]
    while world.runs:
        world.answer("new", reads(head=1, xmax=102))
    assert world.last() == "new"


def test_a_run_under_the_old_name_does_not_hold_up_the_new_one() -> None:
    world = Rig()
    world.connect()
    world.watch()
    world.wait(1)
    world.core.changes("a", 1, 1, (Change(1, 101, (ROW,)),), world.now)
    world.answer("old")  # it took a second, and saw nothing of the change: it runs again at once
    assert world.runs
    renamed(world)
    assert [run.query for run in world.runs] == [query(), query("page")]


def test_an_own_write_is_over_when_the_renamed_query_shows_it() -> None:
    world = Rig()
    answered(world)
    world.mutate(1)
    world.finish(writes())
    assert world.completed() == []
    world.answer("new", reads(xmax=101))
    assert (world.last(), world.completed()) == ("new", [1])


def test_the_answer_of_others_who_ask_so_already_is_taken_over() -> None:
    world = Rig()
    world.connect("other")
    world.watch(what=query("page"), session="other")
    world.answer("theirs")
    answered(world)
    assert (world.last(), world.started) == ("theirs", 2)


def test_an_older_answer_of_others_is_not_shown_and_they_get_the_newer_one() -> None:
    world = Rig()
    world.connect("other")
    world.watch(what=query("page"), session="other")
    world.answer("before", reads(xmax=100))
    world.connect()
    world.watch()
    world.answer("after", reads(xmax=101))  # the change that it saw has not come over the bus yet
    renamed(world)
    world.wait(1)
    assert world.seen() == [{1: "after"}]
    assert world.last(session="other") == "after"


def test_an_answer_of_others_that_is_older_in_part_is_not_shown() -> None:
    world = Rig()
    world.connect("other")
    world.watch(what=query("page"), session="other")
    world.answer("theirs", two_services(100, 101))
    world.connect()
    world.watch()
    world.answer("mine", two_services(101, 100))
    renamed(world)
    world.wait(1)
    assert world.seen() == [{1: "mine"}]
    world.answer("both", two_services(101, 101))
    assert world.last() == "both"


def test_those_who_ask_as_before_are_not_touched() -> None:
    world = Rig()
    world.connect("other")
    world.watch(session="other")
    world.answer("old")
    world.connect()
    world.watch()
    renamed(world)
    world.change(1)
    world.wait(1)
    assert {run.query for run in world.runs} == {query(), query("page")}


def test_what_is_not_watched_or_has_that_name_already_is_left_alone() -> None:
    world = Rig()
    renamed(world)
    world.connect()
    renamed(world)
    world.watch(what=query("page"))
    renamed(world)
    assert world.started == 1


def test_a_session_that_reads_slowly_is_kept_and_one_that_does_not_is_closed() -> None:
    world = Rig()
    world.drain = False
    for name in ("slow", "dead"):
        world.connect(name)
        world.watch(session=name)
    world.answer("large", reads(ROW))
    for _ in range(4):
        world.wait(10)
        world.core.progressed("slow", world.now)
        world.settle()
    assert [close.session for close in world.closed] == ["dead"]
