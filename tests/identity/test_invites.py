"""Asking for an invite."""

from __future__ import annotations

import asyncio

import pytest
from grpc import StatusCode

from tests.identity.people import Identity
from tests.support.rpc import Refused, outcome


async def test_an_invite_is_read_as_it_was_asked_for(identity: Identity) -> None:
    alice = identity.student()
    asked = await alice.ask_for_invite("  Alice Liddell ", "alice@nyu.edu")
    assert await alice.invite() == asked
    assert (asked.name, asked.email) == ("Alice Liddell", "alice@nyu.edu")


async def test_asking_a_second_time_is_refused(identity: Identity) -> None:
    alice = identity.student()
    first = await alice.ask_for_invite()
    with pytest.raises(Refused) as refused:
        await alice.ask_for_invite("Another Name")
    assert (refused.value.code, refused.value.reason) == (StatusCode.ALREADY_EXISTS, "INVITE_ALREADY_EXISTS")
    assert await alice.invite() == first


async def test_two_tabs_asking_at_once_ask_once(identity: Identity) -> None:
    alice = identity.student()
    answers = await asyncio.gather(*(outcome(alice.ask_for_invite()) for _ in range(6)))
    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert {each.reason for each in refused} == {"INVITE_ALREADY_EXISTS"}
    assert len(refused) == 5


async def test_a_repeat_of_the_same_request_is_answered_as_before(identity: Identity) -> None:
    alice = identity.student()
    assert await alice.ask_for_invite(key="session/1") == await alice.ask_for_invite(key="session/1")


async def test_without_an_invite_the_refusal_says_so(identity: Identity) -> None:
    await identity.student("bob").ask_for_invite()
    with pytest.raises(Refused) as refused:
        await identity.student("alice").invite()
    assert (refused.value.code, refused.value.reason) == (StatusCode.NOT_FOUND, "INVITE_NOT_FOUND")


@pytest.mark.parametrize(
    ("name", "email", "field"),
    [
        ("", "a@nyu.edu", "name"),
        ("   ", "a@nyu.edu", "name"),
        ("x" * 201, "a@nyu.edu", "name"),
        ("Alice", "", "email"),
        ("Alice", "nowhere", "email"),
    ],
)
async def test_what_is_no_name_or_address_is_refused(
    identity: Identity, name: str, email: str, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        await identity.student().ask_for_invite(name, email)
    assert (refused.value.code, refused.value.fields[0]) == (StatusCode.INVALID_ARGUMENT, field)
