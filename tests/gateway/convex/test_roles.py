"""A role that is taken away while somebody watches what it lets them see."""

from __future__ import annotations

import pytest

from tests.gateway.convex.rig import Client, Rig, added, identity

X = {"channel": "x"}
REFUSED = "Admin access required"
WHAT = pytest.mark.parametrize("what", ["adminCount", "adminPage"])


def sign_in(rig: Rig, client: Client, name: str, *, admin: bool) -> None:
    """Signs in with a token that says this of the role and nothing else new."""
    client.sign_in(identity(name, now=rig.wall / 1e9, admin=admin))


async def told(rig: Rig, client: Client) -> str:
    """What the client hears within the next seconds."""
    await rig.pass_time(2)
    return str(await client.receive())


async def watching(rig: Rig, name: str, *what: str) -> Client:
    """An administrator who watches these."""
    client = rig.client()
    sign_in(rig, client, name, admin=True)
    client.modify(*(added(number, each, X) for number, each in enumerate(what)))
    await told(rig, client)
    return client


def assert_refused(client: Client, number: int = 0) -> None:
    """Of this query it is shown a refusal, and nothing else."""
    shown = client.results[number]
    assert shown["type"] == "QueryFailed"
    assert REFUSED in shown["errorMessage"]
    assert "value" not in shown


@WHAT
async def test_a_new_token_without_the_role_takes_away_what_it_let_one_see(rig: Rig, what: str) -> None:
    rig.rows.rows["x"] = ["secret"]
    client = await watching(rig, "ada", what)
    assert client.results[0]["type"] == "QueryUpdated"
    sign_in(rig, client, "ada", admin=False)
    await told(rig, client)
    assert_refused(client)
    await rig.write("x", "more")
    assert "QueryUpdated" not in await told(rig, client)
    assert client.end is None


@WHAT
async def test_a_shared_result_goes_on_for_the_one_who_kept_the_role(rig: Rig, what: str) -> None:
    rig.rows.rows["x"] = ["secret"]
    ada, eve = await watching(rig, "ada", what), await watching(rig, "eve", what)
    sign_in(rig, eve, "eve", admin=False)
    await told(rig, eve)
    await rig.write("x", "more")
    assert "QueryUpdated" not in await told(rig, eve)
    await told(rig, ada)
    assert_refused(eve)
    assert ada.values[0] in (2, ["secret", "more"])
    eve.modify(added(1, what, X))  # the result that is shared is there already
    await told(rig, eve)
    assert_refused(eve, 1)


@WHAT
async def test_a_result_that_was_under_way_does_not_reach_who_lost_the_role(rig: Rig, what: str) -> None:
    rig.rows.rows["x"] = ["secret"]
    ada, eve = await watching(rig, "ada", what), await watching(rig, "eve", what)
    rig.lags = True
    await rig.pass_time(2)
    await rig.write("x", "more", later=0)
    assert rig.late
    sign_in(rig, eve, "eve", admin=False)
    await rig.settle()
    rig.lags = False
    assert "QueryUpdated" not in await told(rig, eve)
    await told(rig, ada)
    assert_refused(eve)
    assert ada.values[0] in (2, ["secret", "more"])


@WHAT
async def test_the_role_given_back_shows_it_again(rig: Rig, what: str) -> None:
    rig.rows.rows["x"] = ["one"]
    client = await watching(rig, "ada", what)
    for admin in (False, True):
        sign_in(rig, client, "ada", admin=admin)
        await told(rig, client)
    assert client.values[0] in (1, ["one"])


async def test_a_page_of_an_administrator_is_not_continued_by_who_is_none(rig: Rig) -> None:
    rig.rows.rows["x"] = ["one", "two", "three"]
    ada = await watching(rig, "ada", "adminPage")
    journal = ada.results[0]["journal"]
    eve = rig.client()
    sign_in(rig, eve, "eve", admin=False)
    eve.modify(added(0, "adminPage", X, journal=journal))
    await told(rig, eve)
    assert_refused(eve)
