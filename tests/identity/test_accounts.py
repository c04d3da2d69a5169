"""What the sign-in provider tells of accounts, in whatever order and however often."""

from __future__ import annotations

import datetime
import itertools
from typing import Any

import grpc
import pytest
from albertplus.identity.v1 import (
    account_service_pb2,
    account_service_pb2_grpc,
    erasure_service_pb2,
    erasure_service_pb2_grpc,
    user_pb2,
)

from services.identity.handlers.forgetting import Reminder
from tests.identity.people import ISSUER, Identity
from tests.support.rpc import Refused

ALICE = user_pb2.Account(issuer=ISSUER, subject="alice")
APPLIED = account_service_pb2.REPORT_OUTCOME_APPLIED
STALE = account_service_pb2.REPORT_OUTCOME_STALE
DELETED = account_service_pb2.REPORT_OUTCOME_DELETED


async def told(identity: Identity, minute: int, *, key: str = "", **values: Any) -> int:
    """What came of telling that alice was so at a minute."""
    time = datetime.datetime(2026, 11, 21, 12, minute, tzinfo=datetime.UTC)
    request = account_service_pb2.ReportAccountRequest(account=ALICE, update_time=time, **values)
    stub = account_service_pb2_grpc.AccountServiceStub
    answer = await identity.service.service("gateway")(stub, "ReportAccount", request, key=key)
    return answer.outcome  # type: ignore[no-any-return]


async def deleted(identity: Identity, *, key: str = "") -> int:
    """What came of telling that alice is gone."""
    request = account_service_pb2.ReportAccountDeletedRequest(account=ALICE)
    stub = account_service_pb2_grpc.AccountServiceStub
    answer = await identity.service.service("gateway")(stub, "ReportAccountDeleted", request, key=key)
    return answer.outcome  # type: ignore[no-any-return]


async def erasure(identity: Identity) -> Any:
    """The record of alice's erasure, as an administrator sees it."""
    request = erasure_service_pb2.GetErasureRequest(account=ALICE)
    stub = erasure_service_pb2_grpc.ErasureServiceStub
    return (await identity.service.user("root", admin=True)(stub, "GetErasure", request)).erasure


async def stored(identity: Identity) -> tuple[str, bool] | None:
    """E-mail and role of alice's user."""
    try:
        user = await identity.provider.get(account=ALICE)
    except Refused:
        return None
    return user.email, user.admin


async def test_what_is_told_late_does_not_undo_what_is_newer(identity: Identity) -> None:
    assert await told(identity, 2, email="new@nyu.edu") == APPLIED
    assert await told(identity, 1, email="old@nyu.edu", admin=True) == STALE
    assert await stored(identity) == ("new@nyu.edu", False)


async def test_what_is_told_of_the_same_moment_again_changes_nothing(identity: Identity) -> None:
    await told(identity, 1, email="a@nyu.edu")
    before = identity.sql("select * from users")
    assert await told(identity, 1, email="a@nyu.edu") == APPLIED
    assert identity.sql("select * from users") == before


async def test_an_account_that_is_gone_does_not_come_back(identity: Identity) -> None:
    await told(identity, 1)
    assert await deleted(identity) == APPLIED
    assert await told(identity, 5, email="late@nyu.edu") == DELETED
    assert await stored(identity) is None
    with pytest.raises(Refused) as refused:
        await identity.provider.upsert("alice")
    assert refused.value.reason == "ACCOUNT_DELETED"


async def test_any_order_of_the_same_events_ends_the_same(identity: Identity) -> None:
    for number, order in enumerate(itertools.permutations(("created", "updated", "deleted"))):
        ALICE.subject = f"alice-{number}"
        for event in order:
            if event == "deleted":
                await deleted(identity)
            else:
                await told(identity, 1 if event == "created" else 2, email=f"{event}@nyu.edu")
        assert await stored(identity) is None, order
    ALICE.subject = "alice"


async def test_an_account_nobody_told_of_is_forgotten_with_its_profile(identity: Identity) -> None:
    alice = identity.student("alice")
    await alice.put()
    assert await deleted(identity) == APPLIED
    with pytest.raises(Refused) as refused:
        await alice.profile()
    assert refused.value.reason == "STUDENT_NOT_FOUND"


async def test_nothing_is_stored_under_a_deleted_account(identity: Identity) -> None:
    await deleted(identity)
    with pytest.raises(Refused) as refused:
        await identity.student("alice").put()
    assert (refused.value.code, refused.value.reason) == (
        grpc.StatusCode.FAILED_PRECONDITION,
        "ACCOUNT_DELETED",
    )
    assert identity.sql("select count(*) from students") == [(0,)]


async def test_a_repeat_with_its_key_gets_the_first_answer(identity: Identity) -> None:
    assert await deleted(identity, key="msg_1") == APPLIED
    assert await deleted(identity, key="msg_1") == APPLIED
    assert await deleted(identity, key="msg_2") == DELETED
    assert identity.sql("select count(*) from erasures") == [(1,)]


async def test_deleting_twice_is_told_once(identity: Identity) -> None:
    identity.sql("create table told as select * from facts where false")
    identity.sql(
        "create function keep() returns trigger language plpgsql as $$"
        " begin insert into told values (new.*); return null; end $$;"
        "create trigger keep after insert on facts for each row execute function keep()"
    )
    await deleted(identity)
    await deleted(identity)
    (payload,) = identity.sql("select payload from told where name = 'UserDeleted'")
    assert payload[0]["user_subject"] == "alice"
    assert payload[0]["subject_is_gone"] is True


async def test_those_who_may_not_cannot_tell_or_look(identity: Identity) -> None:
    request = account_service_pb2.ReportAccountDeletedRequest(account=ALICE)
    for caller in (identity.service.user("eve"), identity.service.user("root", admin=True)):
        with pytest.raises(Refused) as refused:
            await caller(account_service_pb2_grpc.AccountServiceStub, "ReportAccountDeleted", request)
        assert refused.value.code is grpc.StatusCode.PERMISSION_DENIED
    look = erasure_service_pb2.GetErasureRequest(account=ALICE)
    with pytest.raises(Refused) as refused:
        await identity.service.user("eve")(erasure_service_pb2_grpc.ErasureServiceStub, "GetErasure", look)
    assert refused.value.code is grpc.StatusCode.PERMISSION_DENIED


async def test_erasures_are_listed_page_by_page_and_those_that_wait_alone(identity: Identity) -> None:
    for number in range(3):
        ALICE.subject = f"gone-{number}"
        await deleted(identity)
    ALICE.subject = "alice"
    identity.sql("update erasures set complete_time = now() where subject = 'gone-1'")
    stub, admin = erasure_service_pb2_grpc.ErasureServiceStub, identity.service.user("root", admin=True)
    page = await admin(stub, "ListErasures", erasure_service_pb2.ListErasuresRequest(page_size=2))
    rest = erasure_service_pb2.ListErasuresRequest(page_size=2, page_token=page.next_page_token)
    last = await admin(stub, "ListErasures", rest)
    assert [each.subject for each in (*page.erasures, *last.erasures)] == ["gone-0", "gone-1", "gone-2"]
    assert last.next_page_token == ""
    waiting = erasure_service_pb2.ListErasuresRequest(pending_only=True)
    found = await admin(stub, "ListErasures", waiting)
    assert [each.subject for each in found.erasures] == ["gone-0", "gone-2"]


async def test_an_account_nobody_deleted_has_no_erasure(identity: Identity) -> None:
    with pytest.raises(Refused) as refused:
        await erasure(identity)
    assert refused.value.reason == "ERASURE_NOT_FOUND"


async def test_services_are_reminded_after_a_while_and_not_before(identity: Identity) -> None:
    await deleted(identity)
    reminder = Reminder(identity.service.process.db)
    assert await reminder.remind() == 0
    identity.sql("update erasures set told_time = now() - interval '3 minutes'")
    assert await reminder.remind() == 1
    assert await reminder.remind() == 0
    identity.sql("update erasures set told_time = now() - interval '3 minutes'")
    assert await reminder.remind() == 0, "the second pause is longer than the first"
    identity.sql("update erasures set told_time = now() - interval '1 day', complete_time = now()")
    assert await reminder.remind() == 0, "everybody has said to have forgotten"
