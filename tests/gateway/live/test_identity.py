"""I9: whose results, and until when."""

from gateway.live.messages import CoreError, Identity
from tests.gateway.live.rig import MakeRig, query, reads


def test_a_personal_query_of_somebody_else_is_refused(rig: MakeRig) -> None:
    world = rig()
    world.connect(who="ann")
    world.watch(1, query("mine", scope="bob"))
    shown = world.last()
    assert isinstance(shown, CoreError)
    assert shown.code == "FOREIGN_SCOPE"
    assert world.runs == []


def test_a_renewed_token_of_the_same_person_runs_nothing(rig: MakeRig) -> None:
    world = rig()
    world.connect(who="ann")
    world.watch(1, query("mine", scope="ann"))
    world.answer("v")
    world.core.identify("s", Identity("ann", "ann, later"), {}, world.now)
    world.settle()
    world.wait(3)
    assert world.runs == []
    world.change(1)
    assert world.runs[0].principal == "ann, later"


def test_another_person_gets_their_own_answers(rig: MakeRig) -> None:
    world = rig()
    world.connect(who="ann")
    world.watch(1, query("mine", scope="ann"))
    world.answer("ann's")
    world.core.identify("s", Identity("bob", "bob"), {1: query("mine", scope="bob")}, world.now)
    world.settle()
    assert [run.query.scope for run in world.runs] == ["bob"]
    world.answer("bob's")
    assert world.seen() == [{1: "ann's"}, {1: "bob's"}]


def test_signing_out_ends_personal_answers(rig: MakeRig) -> None:
    world = rig()
    world.connect(who="ann")
    world.watch(1, query("mine", scope="ann"))
    world.answer("ann's")
    world.core.identify("s", None, {}, world.now)
    world.settle()
    assert isinstance(world.last(), CoreError)


def test_a_run_for_the_former_person_is_not_shown_to_the_next(rig: MakeRig) -> None:
    world = rig()
    world.connect(who="ann")
    world.watch(1, query("mine", scope="ann"))
    world.core.identify("s", Identity("bob", "bob"), {1: query("mine", scope="bob")}, world.now)
    world.settle()
    world.answer("ann's")
    assert world.seen() == []


def test_with_an_expired_token_nothing_is_sent_or_run_until_it_is_renewed(rig: MakeRig) -> None:
    world = rig()
    world.core.connect("s", Identity("ann", "ann", expires=10.0), False, world.now)
    world.watch(1, query("mine", scope="ann"))
    world.answer("v")
    world.wait(11)
    assert [effect.session for effect in world.expired] == ["s"]
    world.mutate(1)
    world.change(1)
    assert (world.runs, world.mutations) == ([], [])
    world.core.identify("s", Identity("ann", "ann", expires=100.0), {}, world.now)
    world.settle()
    assert (len(world.runs), len(world.mutations)) == (1, 1)


def test_a_token_is_over_before_the_tick_that_says_so(rig: MakeRig) -> None:
    world = rig()
    world.core.connect("s", Identity("ann", "ann", expires=10.0), False, world.now)
    world.watch(1, query("mine", scope="ann"))
    world.answer("v")
    world.wait(2)
    world.change(1)
    world.now = 10.0
    world.answer("of a time after", reads(head=1, xmax=102))
    world.change(2)
    world.mutate(1)
    world.watch(2, query("more"))
    assert world.last() == "v"
    assert (world.runs, world.mutations) == ([], [])
    world.core.identify("s", Identity("ann", "ann", expires=100.0), {}, world.now)
    world.settle()
    assert (len(world.runs), len(world.mutations)) == (2, 1)
    world.wait(1)
    assert world.last() == "of a time after"
    assert world.expired == []


def test_a_token_that_was_over_from_the_start_runs_nothing(rig: MakeRig) -> None:
    world = rig()
    world.now = 10.0
    world.core.connect("s", Identity("ann", "ann", expires=10.0), False, world.now)
    world.watch()
    world.mutate(1)
    assert (world.runs, world.mutations) == ([], [])
    world.wait(0)
    assert [effect.session for effect in world.expired] == ["s"]


def test_a_shared_query_runs_on_behalf_of_somebody_whose_token_is_valid(rig: MakeRig) -> None:
    world = rig()
    world.connect("one", "ann")
    world.core.connect("two", Identity("bob", "bob", expires=10.0), False, world.now)
    world.watch(session="one")
    world.watch(session="two")
    world.answer("v")
    world.wait(11)
    world.change(1)
    assert world.runs[0].principal == "ann"
