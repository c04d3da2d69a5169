"""Sign-in over a connection."""

from typing import Any

import pytest

from gateway.convex.identity import caller, user_identity
from gateway.convex.session import Verify
from tests.gateway.convex.rig import Rig, added, identity


async def test_the_token_is_verified_before_anything_else_is_looked_at(rig: Rig) -> None:
    client = rig.client()
    work = client.say(type="Authenticate", tokenType="User", value="abc", baseVersion=0)
    assert work == Verify("abc")


async def test_queries_run_again_as_the_new_user(rig: Rig) -> None:
    client = rig.client()
    client.watch(0, "whoami")
    await client.receive()
    assert client.values == {0: None}
    client.sign_in(identity("alice", now=rig.wall / 1e9))
    await client.receive()
    assert client.values[0]["subject"] == "alice"
    client.sign_in(None)
    await client.receive()
    assert client.values == {0: None}


async def test_a_refreshed_token_confirms_without_running_anything(rig: Rig) -> None:
    client = rig.client()
    client.sign_in(identity("alice", now=rig.wall / 1e9, jti="1"))
    client.modify(added(0, "count", {"channel": "x"}), added(1, "whoami"))
    await client.receive()
    runs = rig.rows.runs
    client.sign_in(identity("alice", now=rig.wall / 1e9 + 1, jti="2"))
    (step,) = await client.receive()
    assert (step["endVersion"]["identity"], step["modifications"]) == (2, [])
    assert rig.rows.runs == runs


async def test_two_sign_ins_may_be_one_step(rig: Rig) -> None:
    client = rig.client()
    client.sign_in(identity("alice", now=rig.wall / 1e9))
    client.sign_in(identity("bob", now=rig.wall / 1e9))
    (step,) = await client.receive()
    assert step["endVersion"]["identity"] == 2


async def test_personal_results_are_not_shared(rig: Rig) -> None:
    clients = {name: rig.client() for name in ("alice", "bob")}
    for name, client in clients.items():
        client.sign_in(identity(name, now=rig.wall / 1e9))
        client.watch(0, "private")
        await client.receive()
    assert {name: client.values[0] for name, client in clients.items()} == {"alice": "alice", "bob": "bob"}


async def test_tokens_that_say_different_things_of_one_user_do_not_share_what_they_say(rig: Rig) -> None:
    for email in ("a@x.test", "b@x.test"):
        client = rig.client()
        client.sign_in(identity("alice", now=rig.wall / 1e9, email=email))
        client.watch(0, "whoami")
        await client.receive()
        assert client.values[0]["email"] == email


async def test_nobody_gets_an_error_where_a_user_is_needed(rig: Rig) -> None:
    signed_in, anonymous = rig.client(), rig.client()
    signed_in.sign_in(identity("alice", now=rig.wall / 1e9))
    for client in (signed_in, anonymous):
        client.watch(0, "private")
        await client.receive()
    assert signed_in.values == {0: "alice"}
    assert anonymous.results[0]["type"] == "QueryFailed"
    assert "Not authenticated" in anonymous.results[0]["errorMessage"]


async def test_a_rejected_token_is_an_auth_error_and_the_end(rig: Rig) -> None:
    client = rig.client()
    client.sign_in(identity("alice", now=rig.wall / 1e9))
    await client.receive()
    client.say(type="Authenticate", tokenType="User", value="bad", baseVersion=1)
    client.session.rejected("no")
    (frame,) = await client.receive()
    assert frame == {"type": "AuthError", "error": "no", "baseVersion": 1, "authUpdateAttempted": True}
    assert client.end is not None
    assert client.end.code == 1000


async def test_a_token_that_cannot_be_verified_just_now_signs_nobody_out(rig: Rig) -> None:
    client = rig.client()
    client.say(type="Authenticate", tokenType="User", value="abc", baseVersion=0)
    client.session.unverifiable()
    assert await client.receive() == []
    assert client.end is not None
    assert client.end.code == 1013


async def test_an_administrators_key_is_rejected(rig: Rig) -> None:
    client = rig.client()
    client.say(type="Authenticate", tokenType="Admin", value="key", baseVersion=0)
    (frame,) = await client.receive()
    assert (frame["type"], frame["authUpdateAttempted"]) == ("AuthError", True)


async def test_a_wrong_base_version_closes_the_connection(rig: Rig) -> None:
    client = rig.client()
    client.say(type="Authenticate", tokenType="None", baseVersion=3)
    assert await client.receive() == []
    assert client.end is not None
    assert (client.end.code, client.end.reason) == (1011, "InternalServerError")


async def test_the_moment_of_expiry_itself_changes_nothing(rig: Rig) -> None:
    client = rig.client()
    client.sign_in(identity("alice", ttl=10, now=rig.wall / 1e9))
    client.watch(0, "count", {"channel": "x"})
    await client.receive()
    await rig.pass_time(60)
    assert await client.receive() == []
    assert client.end is None


@pytest.mark.parametrize("what", ["mutation", "action", "query", "update"])
async def test_after_expiry_whatever_is_to_be_run_ends_the_connection(rig: Rig, what: str) -> None:
    client = rig.client()
    client.sign_in(identity("alice", ttl=10, now=rig.wall / 1e9))
    client.watch(0, "count", {"channel": "x"})
    await client.receive()
    await rig.pass_time(11)
    if what == "mutation":
        client.mutate(0, "send", channel="y", body="one")
    elif what == "action":
        client.say(type="Action", requestId=0, udfPath="test:act", args=[{}])
    elif what == "query":
        client.watch(1, "count", {"channel": "y"})
    else:
        await rig.write("x", "one")
    (frame,) = await client.receive()
    assert (frame["type"], frame["baseVersion"], frame["authUpdateAttempted"]) == ("AuthError", 1, False)
    assert client.end is not None
    assert "y" not in rig.rows.rows


async def test_a_new_token_after_expiry_is_welcome(rig: Rig) -> None:
    client = rig.client()
    client.sign_in(identity("alice", ttl=10, now=rig.wall / 1e9))
    await client.receive()
    await rig.pass_time(60)
    client.sign_in(identity("alice", now=rig.wall / 1e9))
    client.mutate(0, "send", channel="x", body="one")
    await client.receive()
    assert client.last("MutationResponse")["success"]


async def test_a_mutation_carries_the_identity_of_when_it_was_sent(rig: Rig) -> None:
    client = rig.client()
    rig.holds = True
    client.sign_in(identity("alice", now=rig.wall / 1e9))
    client.mutate(0, "noop")
    client.sign_in(identity("bob", now=rig.wall / 1e9))
    await rig.settle()
    (held,) = rig.held
    assert held.call.caller.identity.subject == "alice"  # type: ignore[attr-defined]


def test_claims_become_attributes_and_those_of_the_token_do_not() -> None:
    odd: dict[str, Any] = {"$odd": 1}
    found = user_identity(
        identity(
            "alice",
            iss="https://issuer",
            exp=1,
            jti="x",
            given_name="Al",
            email_verified=True,
            address={"formatted": "Street 1"},
            updated_at=0,
            org={"id": 5},
            nothing=None,
            **odd,
        )
    )
    assert found == {
        "tokenIdentifier": "https://issuer|alice",
        "issuer": "https://issuer",
        "subject": "alice",
        "givenName": "Al",
        "emailVerified": True,
        "address": "Street 1",
        "updatedAt": "1970-01-01T00:00:00Z",
        "org": {"id": 5.0},
    }


def test_a_claim_cannot_pass_for_an_attribute_that_is_ours() -> None:
    assert user_identity(identity("alice", issuer="x", tokenIdentifier="x")) == user_identity(
        identity("alice")
    )


def test_two_tokens_of_one_user_are_one_caller() -> None:
    assert caller(identity("a", jti="1")).scope == caller(identity("a", jti="2", now=5)).scope
    assert caller(identity("a")).scope != caller(identity("b")).scope
