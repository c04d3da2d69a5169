"""The version vector: each step starts where the one before has ended (which the test's client checks)."""

from gateway.convex.clock import from_wire, to_wire
from tests.gateway.convex.rig import SECOND, Rig, added, identity, removed


async def test_even_an_empty_query_set_is_confirmed(rig: Rig) -> None:
    client = rig.client()
    client.modify()
    (step,) = await client.receive()
    assert (step["endVersion"]["querySet"], step["modifications"]) == (1, [])


async def test_connecting_alone_is_answered_by_nothing(rig: Rig) -> None:
    assert await rig.client().receive() == []


async def test_several_changes_of_the_query_set_are_one_step(rig: Rig) -> None:
    client = rig.client()
    client.modify()
    client.watch(0, "count", {"channel": "x"})
    client.watch(1, "echo", {"a": 1})
    (step,) = await client.receive()
    assert step["endVersion"]["querySet"] == 3
    assert client.values == {0: 0, 1: {"a": 1}}


async def test_a_removed_query_is_confirmed_once(rig: Rig) -> None:
    client = rig.client()
    client.watch(0, "count", {"channel": "x"})
    await client.receive()
    client.modify(removed(0), removed(7))
    (step,) = await client.receive()
    assert step["modifications"] == [{"type": "QueryRemoved", "queryId": 0}]


async def test_a_query_that_comes_and_goes_at_once_is_not_answered(rig: Rig) -> None:
    client = rig.client()
    client.modify(added(0, "count", {"channel": "x"}))
    client.modify(removed(0))
    (step,) = await client.receive()
    assert step["modifications"] == [{"type": "QueryRemoved", "queryId": 0}]


async def test_an_id_that_is_used_again_shows_the_new_query_only(rig: Rig) -> None:
    client = rig.client()
    client.watch(0, "count", {"channel": "x"})
    await client.receive()
    client.modify(removed(0), added(0, "echo", {"a": 1}))
    (step,) = await client.receive()
    assert [each["type"] for each in step["modifications"]] == ["QueryUpdated"]
    assert client.values == {0: {"a": 1}}


async def test_what_changes_together_arrives_together(rig: Rig) -> None:
    client = rig.client()
    client.modify(added(0, "count", {"channel": "x"}), added(1, "page", {"channel": "x"}))
    await client.receive()
    await rig.write("x", "one")
    (step,) = await client.receive()
    assert client.values == {0: 1, 1: ["one"]}
    assert step["endVersion"]["querySet"] == 1


async def test_what_did_not_change_is_not_sent(rig: Rig) -> None:
    client = rig.client()
    client.modify(added(0, "count", {"channel": "x"}), added(1, "count", {"channel": "y"}))
    await client.receive()
    await rig.write("x", "one")
    (step,) = await client.receive()
    assert [each["queryId"] for each in step["modifications"]] == [0]


async def test_a_slow_client_gets_the_newest_state_not_all_of_them(rig: Rig) -> None:
    client = rig.client()
    client.watch(0, "count", {"channel": "x"})
    await client.receive()
    client.reads = False
    for number in range(10):
        await rig.write("x", str(number))
    assert len(client.session.outbox) <= 2
    client.reads = True
    assert len(await client.receive()) <= 3
    assert client.values == {0: 10}


async def test_the_clocks_are_told_as_integers(rig: Rig) -> None:
    client = rig.client(connect=False)
    client.connect(clientTs=rig.wall // 1_000_000 + 70)
    client.modify()
    (step,) = await client.receive()
    assert step["clientClockSkew"] == 70
    assert step["serverTs"] == rig.wall


async def test_without_the_clients_time_no_time_is_told(rig: Rig) -> None:
    client = rig.client()
    client.modify()
    (step,) = await client.receive()
    assert "clientClockSkew" not in step
    assert "serverTs" not in step


async def test_what_the_client_has_seen_elsewhere_is_never_undercut(rig: Rig) -> None:
    ahead = rig.wall + 100 * SECOND
    client = rig.client(connect=False)
    client.connect(maxObservedTimestamp=to_wire(ahead))
    client.watch(0, "count", {"channel": "x"})
    await client.receive()
    assert from_wire(client.version["ts"]) > ahead


async def test_a_client_from_the_future_is_turned_away_without_killing_it(rig: Rig) -> None:
    client = rig.client(connect=False)
    client.connect(maxObservedTimestamp=to_wire(rig.wall + 3600 * SECOND))
    assert await client.receive() == []
    assert client.end is not None
    assert (client.end.code, client.end.reason) == (1011, "InternalServerError")


async def test_timestamps_grow_when_the_clock_is_set_back(rig: Rig) -> None:
    client = rig.client()
    client.modify()
    await client.receive()
    before = from_wire(client.version["ts"])
    rig.wall -= 1000 * SECOND
    client.modify()
    await client.receive()
    assert from_wire(client.version["ts"]) > before


async def test_equal_queries_of_two_clients_run_once(rig: Rig) -> None:
    first, second = rig.client(), rig.client()
    first.watch(0, "count", {"channel": "x"})
    second.watch(5, "count", {"channel": "x"})
    await first.receive()
    await second.receive()
    assert rig.rows.runs == 1


async def test_pages_that_only_their_hook_tells_apart_run_once(rig: Rig) -> None:
    client = rig.client()
    for number in range(2):
        options = {"numItems": 2, "cursor": None, "id": number}
        client.watch(number, "echo", {"paginationOpts": options})
    (step,) = await client.receive()
    assert [each["value"]["paginationOpts"]["numItems"] for each in step["modifications"]] == [2, 2]
    assert "id" not in client.values[0]["paginationOpts"]


async def test_a_new_identity_and_a_new_query_set_may_be_one_step(rig: Rig) -> None:
    client = rig.client()
    client.sign_in(identity("ann", now=rig.wall / 1e9))
    client.watch(0, "private")
    (step,) = await client.receive()
    assert (step["endVersion"]["identity"], step["endVersion"]["querySet"]) == (1, 1)
    assert client.values == {0: "ann"}
