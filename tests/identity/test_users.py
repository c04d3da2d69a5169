"""The mapping of the sign-in provider's accounts."""

from __future__ import annotations

import asyncio

import pytest
from albertplus.identity.v1 import user_pb2, user_service_pb2, user_service_pb2_grpc
from grpc import StatusCode

from tests.identity.people import ISSUER, MATH, Identity, Provider
from tests.support.rpc import Refused, outcome


async def test_an_account_is_found_by_id_and_by_issuer_and_subject(identity: Identity) -> None:
    provider = identity.provider
    stored = await provider.upsert("alice", email="alice@nyu.edu", admin=True)
    assert await provider.get(id=stored.id) == stored
    assert await provider.get(account=user_pb2.Account(issuer=ISSUER, subject="alice")) == stored
    assert (stored.email, stored.admin, stored.HasField("student_id")) == ("alice@nyu.edu", True, False)


async def test_an_upsert_replaces_and_clears_what_is_absent(identity: Identity) -> None:
    provider = identity.provider
    first = await provider.upsert("alice", email="alice@nyu.edu", admin=True)
    second = await provider.upsert("alice")
    assert (second.id, second.HasField("email"), second.admin) == (first.id, False, False)


async def test_an_upsert_that_changes_nothing_writes_nothing(identity: Identity) -> None:
    provider = identity.provider
    first = await provider.upsert("alice")
    again = await provider.upsert_answer("alice")
    assert (again.message.user, again.written_keys) == (first, set())


async def test_events_that_arrive_at_once_store_one_user(identity: Identity) -> None:
    provider = identity.provider
    stored = await asyncio.gather(*(provider.upsert("alice", email=f"a{n}@nyu.edu") for n in range(8)))
    assert len({user.id for user in stored}) == 1


async def test_accounts_of_two_issuers_are_two_users(identity: Identity) -> None:
    one = await identity.provider.upsert("alice")
    other = await identity.provider.upsert("alice", issuer="https://other.example")
    assert one.id != other.id


async def test_a_user_carries_the_id_of_the_profile(identity: Identity) -> None:
    await identity.provider.upsert("alice")
    student = await identity.student("alice").put()
    assert (await identity.student("alice").user()).student_id == student.id


async def test_a_caller_the_provider_has_not_told_of_is_refused(identity: Identity) -> None:
    with pytest.raises(Refused) as refused:
        await identity.student("alice").user()
    assert (refused.value.code, refused.value.reason) == (StatusCode.NOT_FOUND, "USER_NOT_FOUND")
    assert refused.value.metadata == {"subject": "alice"}


async def test_an_unknown_user_is_refused(identity: Identity) -> None:
    with pytest.raises(Refused) as refused:
        await identity.provider.get(id=MATH)
    assert (refused.value.reason, refused.value.metadata) == ("USER_NOT_FOUND", {"user_id": MATH})


async def test_pages_show_every_user_once_in_order(identity: Identity) -> None:
    provider = identity.provider
    stored = [(await provider.upsert(f"user{n}")).id for n in range(7)]
    seen, token = [], ""
    while True:
        page = await provider.list(3, token)
        seen += [user.id for user in page.users]
        token = page.next_page_token
        if not token:
            break
    assert seen == sorted(stored)


async def test_pages_neither_skip_nor_repeat_while_users_come_and_go(identity: Identity) -> None:
    provider = identity.provider
    stored = [(await provider.upsert(f"user{n}")).id for n in range(4)]
    first = await provider.list(2)
    await provider.delete(stored[0])
    await provider.upsert("late")
    second = await provider.list(10, first.next_page_token)
    assert [user.subject for user in second.users] == ["user2", "user3", "late"]


@pytest.mark.parametrize("token", ["nonsense", "W10", "WyJ4Il0"])
async def test_a_token_of_nobodys_making_is_refused(identity: Identity, token: str) -> None:
    with pytest.raises(Refused) as refused:
        await identity.provider.list(page_token=token)
    assert refused.value.reason == "INVALID_PAGE_TOKEN"


async def test_deleting_a_user_takes_profile_and_invite_along(identity: Identity) -> None:
    alice, bob = identity.student("alice"), identity.student("bob")
    user = await identity.provider.upsert("alice")
    for student in (alice, bob):
        await student.put()
        await student.ask_for_invite()
    await identity.provider.delete(user.id)
    left = identity.sql("select user_id from students union all select user_id from invites")
    assert left == [("bob",), ("bob",)]


async def test_deleting_a_user_records_the_fact_in_the_same_transaction(
    identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    await identity.service.process._facts.stop()
    user = await identity.provider.upsert("alice")
    await identity.provider.delete(user.id)
    (fact,) = identity.sql("select name, subject, payload from facts")
    ((erasure,),) = identity.sql("select id::text from erasures")
    account = {"issuer": ISSUER, "subject": "alice", "user_subject": "alice"}
    payload = {**account, "erasure_id": erasure, "subject_is_gone": True}
    assert fact == ("UserDeleted", user.id, payload)
    assert identity.sql("select count(*) from users") == [(0,)]


async def test_a_profile_stays_while_another_account_has_its_subject(identity: Identity) -> None:
    first = await identity.provider.upsert("alice")
    await identity.provider.upsert("alice", issuer="https://other.example")
    profile = await identity.student("alice").put()
    await identity.provider.delete(first.id)
    assert await identity.student("alice").profile() == profile


async def test_deleting_twice_deletes_once(identity: Identity) -> None:
    user = await identity.provider.upsert("alice")
    answers = await asyncio.gather(*(outcome(identity.provider.delete(user.id)) for _ in range(4)))
    assert [each.reason for each in answers if isinstance(each, Refused)] == ["USER_NOT_FOUND"] * 3


async def test_users_are_for_administrators_and_services(identity: Identity) -> None:
    user = await identity.provider.upsert("alice")
    nobody = Provider(identity.service.user("alice"))
    for call in (
        nobody.get(id=user.id),
        nobody.list(),
        nobody.upsert("alice", admin=True),
        nobody.delete(user.id),
    ):
        refused = await outcome(call)
        assert isinstance(refused, Refused)
        assert refused.code is StatusCode.PERMISSION_DENIED
    admin = Provider(identity.service.user("root", admin=True))
    assert await admin.get(id=user.id) == user


async def test_looking_up_a_user_depends_on_that_user_only(identity: Identity) -> None:
    user = await identity.provider.upsert("alice")
    request = user_service_pb2.GetUserRequest(id=user.id)
    stub = user_service_pb2_grpc.UserServiceStub
    answer = await identity.provider.call.answer(stub, "GetUser", request)
    assert answer.read_keys == {f"identity.users/by_id/{user.id}", "identity.students/by_user/alice"}
    assert answer.reads is not None
    assert not answer.reads.personal
