"""What clients are told of results and errors, and how pages keep their ends."""

import json
from hashlib import sha256
from typing import Any

import pytest

from gateway.convex import frames
from tests.gateway.convex.rig import Rig, added, identity


async def test_an_error_with_data_arrives_with_its_data(rig: Rig) -> None:
    client = rig.client()
    client.modify(added(0, "fail", {"data": {"code": 7}}), added(1, "fail", {"data": None}))
    await client.receive()
    assert [client.results[number]["errorData"] for number in (0, 1)] == [{"code": 7}, None]


async def test_a_plain_error_has_no_data(rig: Rig) -> None:
    client = rig.client()
    client.watch(0, "boom")
    await client.receive()
    failed = client.results[0]
    assert failed["type"] == "QueryFailed"
    assert failed["errorMessage"].endswith("Server Error\nUncaught Error: boom")
    assert "errorData" not in failed


@pytest.mark.parametrize(
    ("path", "args", "said"),
    [
        ("test:nope", {}, "Could not find public function for 'test:nope'."),
        ("test:noop", {}, "Trying to execute test:noop as Query, but it is defined as Mutation."),
        ("test:count", {}, "missing the required field `channel`"),
        ("test:echo", {"$bad": 1}, "starts with '$'"),
        ("test:echo", {"n": {"$integer": "?"}}, "base64"),
        ("test:echo", {"half": "\ud800"}, "surrogates not allowed"),
    ],
)
async def test_a_wrong_call_is_an_error_of_that_query_alone(
    rig: Rig, path: str, args: dict[str, Any], said: str
) -> None:
    client = rig.client()
    client.modify({**added(0, ""), "udfPath": path, "args": [args]}, added(1, "echo", {"a": 1}))
    await client.receive()
    assert said in client.results[0]["errorMessage"]
    assert client.results[1]["value"] == {"a": 1}
    assert client.end is None


async def test_arguments_of_twenty_megabytes_are_refused_by_a_word(rig: Rig) -> None:
    client = rig.client()
    client.mutate(0, "send", channel="x", body="y" * 20_000_000)
    await client.receive()
    response = client.last("MutationResponse")
    assert not response["success"]
    assert "too large" in response["result"]
    assert client.end is None


async def test_the_id_of_a_failed_mutation_can_be_computed_by_its_client(rig: Rig) -> None:
    client = rig.client()
    client.mutate(5, "failMutation")
    await client.receive()
    computed = sha256(f"{client.session_id}|5".encode()).hexdigest()[:16]
    assert client.last("MutationResponse")["result"].startswith(f"[Request ID: {computed}] Server Error")


async def test_production_tells_neither_the_reason_nor_the_log_but_always_the_data() -> None:
    rig = Rig(redacts=True)
    client = rig.client()
    client.modify(added(0, "boom"), added(1, "fail", {"data": "D"}), added(2, "echo", {}))
    client.mutate(0, "failMutation")
    await client.receive()
    assert client.results[0]["errorMessage"].endswith("] Server Error")
    assert client.results[1]["errorData"] == "D"
    assert client.results[2]["logLines"] == []
    assert client.last("MutationResponse")["result"].endswith("] Server Error")


async def test_log_lines_have_a_level(rig: Rig) -> None:
    client = rig.client()
    client.watch(0, "echo", {"a": "b"})
    await client.receive()
    assert client.results[0]["logLines"] == ['[LOG] "echo" {a: "b"}']


async def test_a_page_keeps_its_end_while_rows_come_and_go(rig: Rig) -> None:
    client, rows = rig.client(), rig.rows.rows
    rows["x"] = ["a", "b", "c"]
    client.watch(0, "page", {"channel": "x"})
    await client.receive()
    assert (client.values[0], client.results[0]["journal"]) == (["a", "b"], "2")
    assert client.session._queries._watched[0].journal == "2"
    runs = rig.rows.runs
    await rig.write("x", "d")
    await client.receive()
    assert rig.rows.runs == runs + 1


async def test_a_page_comes_back_with_the_end_that_its_client_remembers(rig: Rig) -> None:
    rig.rows.rows["x"] = ["a", "b", "c"]
    client = rig.client()
    client.watch(0, "page", {"channel": "x"}, journal="3")
    await client.receive()
    assert client.values == {0: ["a", "b", "c"]}


async def test_a_new_client_cuts_its_page_anew(rig: Rig) -> None:
    rig.rows.rows["x"] = ["a", "b", "c"]
    old, new = rig.client(), rig.client()
    old.watch(0, "page", {"channel": "x"}, journal="1")
    new.watch(0, "page", {"channel": "x"})
    await old.receive()
    await new.receive()
    assert (old.values[0], new.values[0]) == (["a"], ["a", "b"])


async def test_a_write_right_behind_the_first_result_of_a_page_is_shown_with_its_outcome(rig: Rig) -> None:
    client = rig.client()
    client.watch(0, "page", {"channel": "x"})
    await client.receive()
    client.mutate(0, "send", channel="x", body="one")
    await client.receive()
    assert client.frames[-2]["type"] == "MutationResponse"
    assert client.values == {0: ["one"]}


async def test_another_users_page_has_another_end(rig: Rig) -> None:
    client = rig.client()
    client.watch(0, "page", {"channel": "x"}, journal="1")
    await client.receive()
    client.sign_in(identity("alice", now=rig.wall / 1e9))
    await client.receive()
    assert client.results[0]["journal"] == "1"  # the same query for everybody keeps it


def test_a_large_step_is_cut_into_messages_that_put_it_together_again() -> None:
    text = "zażółć 🙂" * 400_000
    pieces = [json.loads(piece) for piece in frames.chunks(text, "t")]
    assert "".join(piece["chunk"] for piece in pieces) == text
    assert [piece["partNumber"] for piece in pieces] == list(range(len(pieces)))
    assert {piece["totalParts"] for piece in pieces} == {len(pieces)}


async def test_a_query_that_goes_on_failing_says_so_after_a_while(rig: Rig) -> None:
    client = rig.client()
    client.modify(added(0, "defective"), added(1, "echo", {"a": 1}))
    await client.receive()
    assert client.values == {1: {"a": 1}}
    for _ in range(20):
        await rig.pass_time(0.5)
    await client.receive()
    assert "internal error" in client.results[0]["errorMessage"]
