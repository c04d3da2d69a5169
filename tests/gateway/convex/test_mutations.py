"""Mutations: in order, once, and over when the client's queries show them."""

from gateway.convex.clock import from_wire, to_wire
from tests.gateway.convex.rig import SECOND, Rig


def kinds(frames: list[dict[str, object]]) -> list[object]:
    """The types of frames."""
    return [frame["type"] for frame in frames]


async def test_the_response_comes_before_the_step_that_shows_the_write(rig: Rig) -> None:
    client = rig.client()
    client.watch(0, "count", {"channel": "x"})
    await client.receive()
    client.mutate(0, "send", channel="x", body="one")
    response, step = await client.receive()
    assert (response["type"], response["success"], response["result"]) == ("MutationResponse", True, 1)
    assert from_wire(step["endVersion"]["ts"]) >= from_wire(response["ts"])
    assert client.values == {0: 1}


async def test_a_step_follows_when_nothing_is_watched(rig: Rig) -> None:
    client = rig.client()
    client.mutate(0, "send", channel="x", body="one")
    assert kinds(await client.receive()) == ["MutationResponse", "Transition"]


async def test_a_step_follows_when_nothing_was_written(rig: Rig) -> None:
    client = rig.client()
    client.mutate(0, "noop")
    response, step = await client.receive()
    assert from_wire(step["endVersion"]["ts"]) >= from_wire(response["ts"]) > 0


async def test_a_step_follows_a_failure_too(rig: Rig) -> None:
    client = rig.client()
    client.mutate(0, "failMutation")
    response, step = await client.receive()
    assert (response["success"], response["ts"], step["type"]) == (False, None, "Transition")
    assert "errorData" not in response


async def test_the_timestamp_is_when_the_write_was_made(rig: Rig) -> None:
    client = rig.client()
    client.mutate(0, "send", channel="x", body="one")
    await client.receive()
    assert client.last("MutationResponse")["ts"] == to_wire(rig.wall)


async def test_one_after_the_other_in_order(rig: Rig) -> None:
    client = rig.client()
    rig.holds = True
    for number in range(3):
        client.mutate(number, "send", channel="x", body=str(number))
    for _ in range(3):
        await rig.settle()
        assert len(rig.held) == 1
        await rig.release()
    responses = [each for each in await client.receive() if each["type"] == "MutationResponse"]
    assert [each["requestId"] for each in responses] == [0, 1, 2]
    assert rig.rows.rows["x"] == ["0", "1", "2"]


async def test_asked_again_after_a_reconnect_it_happens_once_and_says_the_same(rig: Rig) -> None:
    client = rig.client()
    client.mutate(4, "send", channel="x", body="one")
    await client.receive()
    before = client.last("MutationResponse")
    client.leave()
    await rig.pass_time(5)
    again = rig.client(session_id=client.session_id)
    again.mutate(4, "send", channel="x", body="one")
    await again.receive()
    assert again.last("MutationResponse") == before
    assert rig.rows.rows["x"] == ["one"]


async def test_asked_again_while_the_old_connection_still_works_on_it_it_happens_once(rig: Rig) -> None:
    client = rig.client()
    rig.holds = True
    client.mutate(0, "send", channel="x", body="one")
    await rig.settle()
    client.leave()
    again = rig.client(session_id=client.session_id)
    again.mutate(0, "send", channel="x", body="one")
    await rig.settle()
    await rig.release()
    await rig.release()
    await again.receive()
    assert again.last("MutationResponse")["success"]
    assert rig.rows.rows["x"] == ["one"]


async def test_equal_requests_of_two_clients_are_two(rig: Rig) -> None:
    for client in (rig.client(), rig.client()):
        client.mutate(0, "send", channel="x", body="one")
        await client.receive()
    assert len(rig.rows.rows["x"]) == 2


async def test_what_is_still_waiting_when_the_client_leaves_is_not_done(rig: Rig) -> None:
    client = rig.client()
    rig.holds = True
    client.mutate(0, "send", channel="x", body="0")
    client.mutate(1, "send", channel="x", body="1")
    await rig.settle()
    client.leave()
    await rig.release()
    assert rig.rows.rows["x"] == ["0"]
    assert not rig.held


async def test_after_a_reconnect_the_first_step_shows_what_was_seen_before(rig: Rig) -> None:
    client = rig.client()
    client.watch(0, "count", {"channel": "x"})
    client.mutate(0, "send", channel="x", body="one")
    await client.receive()
    client.leave()
    again = rig.client(connect=False, session_id=client.session_id)
    again.connect(maxObservedTimestamp=client.version["ts"])
    again.watch(0, "count", {"channel": "x"})
    (step,) = await again.receive()
    assert again.values == {0: 1}
    assert from_wire(step["endVersion"]["ts"]) > from_wire(client.version["ts"])


async def test_a_client_with_too_much_under_way_is_not_listened_to(rig: Rig) -> None:
    client = rig.client()
    rig.holds = True
    for number in range(500):
        assert client.session.is_listening
        client.mutate(number, "noop")
    assert not client.session.is_listening
    await rig.settle()
    await rig.release()
    await client.receive()
    assert client.session.is_listening


async def test_a_commit_by_a_clock_ahead_of_ours_is_still_followed_by_a_later_step(rig: Rig) -> None:
    client = rig.client()
    rig.rows.wall += 50 * SECOND
    client.mutate(0, "send", channel="x", body="one")
    response, step = await client.receive()
    assert from_wire(step["endVersion"]["ts"]) >= from_wire(response["ts"]) == rig.rows.wall


async def test_actions_answer_without_a_step(rig: Rig) -> None:
    client = rig.client()
    client.say(type="Action", requestId=3, udfPath="test:act", args=[{"x": 1}])
    (work,) = client.actions
    payload, _ = await rig.calls.act(work.call)
    client.session.action_finished(work, payload)
    (frame,) = await client.receive()
    assert frame == {
        "type": "ActionResponse",
        "requestId": 3,
        "success": True,
        "result": {"acted": 1},
        "logLines": [],
    }


async def test_when_nobody_knows_what_came_of_it_the_client_is_made_to_ask_again(rig: Rig) -> None:
    client = rig.client()
    client.mutate(0, "lost")
    assert await client.receive() == []
    assert client.end is not None
    assert (client.end.code, client.end.reason) == (1011, "InternalServerError")


async def test_a_defect_fails_the_mutation_and_nothing_else(rig: Rig) -> None:
    client = rig.client()
    client.mutate(0, "defectiveMutation")
    client.mutate(1, "noop")
    await client.receive()
    responses = [each for each in client.frames if each["type"] == "MutationResponse"]
    assert [each["success"] for each in responses] == [False, True]
