"""The audit log: what is written, that it is chained, and that it cannot be changed unseen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import psycopg
import pytest
from albertplus.catalog.v1 import course_service_pb2
from albertplus.identity.v1 import audit_service_pb2, user_pb2, user_service_pb2
from albertplus.identity.v1.user_service_pb2_grpc import UserServiceStub
from albertplus.live.v1.audit_pb2 import AuditEntry

from cli.chain import Chain
from runtime import audit
from runtime.context import Call
from runtime.db import WriteTx
from services.identity.main import SERVICE
from tests.runtime.world import as_user
from tests.support.rpc import Caller, Refused, RunningService, outcome, running

METHOD = "/albertplus.identity.v1.IdentityAuditService/ListAuditEntries"
UPSERT = "albertplus.identity.v1.UserService/UpsertUser"
MISSING = "0199f4b2-6c1e-7d5a-9a57-0b1c2d3e4f50"


class World:
    """Identity, with administrators."""

    def __init__(self, service: RunningService, dsn: str) -> None:
        self.service = service
        self.dsn = dsn

    async def upsert(self, caller: Caller, subject: str, key: str = "") -> Any:
        """Stores a user."""
        account = user_pb2.Account(issuer="https://issuer.test", subject=subject)
        request = user_service_pb2.UpsertUserRequest(account=account, email="secret@example.com")
        return await outcome(caller(UserServiceStub, "UpsertUser", request, key=key))

    async def entries(self, **asked: Any) -> list[AuditEntry]:
        """The log, the newest first."""
        await self.service.process.sealer.seal()
        call = self.service.channel.unary_unary(
            METHOD,
            request_serializer=audit_service_pb2.ListAuditEntriesRequest.SerializeToString,
            response_deserializer=audit_service_pb2.ListAuditEntriesResponse.FromString,
        )
        request = audit_service_pb2.ListAuditEntriesRequest(**asked)
        answer = await call(request, metadata=self.service.user("eve", admin=True).metadata)
        return list(answer.entries)

    def sql(self, statement: str) -> None:
        """Changes the database, past the service."""
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            connection.execute(statement)


@pytest.fixture
async def world(database: Callable[[str], str], nats_url: str, tmp_path: Any) -> AsyncIterator[World]:
    dsn = database("identity")
    async with running(SERVICE, tmp_path, database_url=dsn, nats_url=nats_url) as service:
        yield World(service, dsn)


@pytest.fixture
def ada(world: World) -> Caller:
    return world.service.user("ada", admin=True)


async def test_what_an_administrator_does_is_recorded(world: World, ada: Caller) -> None:
    await world.upsert(ada, "alice")
    (entry,) = await world.entries()
    assert (entry.subject, entry.kind, entry.process) == ("ada", "admin", "gateway")
    assert (entry.method, entry.outcome, entry.summary) == (UPSERT, "OK", "account, email")
    assert "secret" not in str(entry)


async def test_a_process_that_tries_what_administrators_do_is_recorded(world: World) -> None:
    await world.upsert(world.service.service("gateway"), "alice")
    (entry,) = await world.entries()
    assert (entry.subject, entry.kind, entry.outcome) == ("gateway", "service", "PERMISSION_DENIED")


async def test_what_was_refused_is_recorded(world: World, ada: Caller) -> None:
    request = user_service_pb2.DeleteUserRequest(id=MISSING)
    refused = await outcome(ada(UserServiceStub, "DeleteUser", request))
    assert isinstance(refused, Refused)
    (entry,) = await world.entries()
    assert (entry.outcome, entry.summary) == ("USER_NOT_FOUND", f"id={MISSING}")


async def test_a_request_against_the_rules_is_recorded(world: World, ada: Caller) -> None:
    await outcome(ada(UserServiceStub, "DeleteUser", user_service_pb2.DeleteUserRequest(id="x")))
    (entry,) = await world.entries()
    assert (entry.outcome, entry.summary) == ("INVALID_ARGUMENT", "id")


async def test_a_repeat_did_nothing_and_is_not_recorded(world: World, ada: Caller) -> None:
    for _ in range(2):
        await world.upsert(ada, "alice", key="once")
    assert len(await world.entries()) == 1


async def test_students_and_questions_are_not_recorded(world: World, ada: Caller) -> None:
    await outcome(ada(UserServiceStub, "ListUsers", user_service_pb2.ListUsersRequest()))
    await world.upsert(world.service.user("alice"), "alice")
    assert await world.entries() == []


async def test_entries_are_found_by_who_and_what_in_pages(world: World, ada: Caller) -> None:
    for number in range(3):
        await world.upsert(ada, f"student-{number}")
    await world.upsert(world.service.user("bea", admin=True), "alice")
    assert [entry.seq for entry in await world.entries()] == [4, 3, 2, 1]
    assert [entry.seq for entry in await world.entries(subject="ada", page_size=2)] == [3, 2]
    assert [entry.seq for entry in await world.entries(subject="bea", method=UPSERT, outcome="OK")] == [4]
    (last,) = await world.entries(page_size=1)
    assert [entry.seq for entry in await world.entries(since=last.time)] == [4]
    assert [entry.seq for entry in await world.entries(until=last.time)] == [3, 2, 1]
    assert await world.entries(request_id="none", since=last.time) == []


async def test_an_untouched_log_is_whole(world: World, ada: Caller) -> None:
    for number in range(5):
        await world.upsert(ada, f"student-{number}")
        await world.service.process.sealer.seal()
    chain = Chain.of(await world.entries())
    assert (chain.head, chain.problems) == (5, ())
    entries = await world.entries()
    assert Chain.of(entries, f"3:{entries[2].hash.hex()}").problems == ()
    assert Chain.of(entries, "3:00").problems == ("entry 3 is not the one that was expected",)


@pytest.mark.parametrize(
    "statement",
    [
        "update audit_log set outcome = 'OK'",
        "update audit_log set seq = 7",
        "update audit_log set hash = ''",
        "delete from audit_log",
        "truncate audit_log",
    ],
)
async def test_the_database_refuses_changes(world: World, ada: Caller, statement: str) -> None:
    await world.upsert(ada, "alice")
    await world.entries()
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        world.sql(statement)


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("update audit_log set method = 'x' where seq = 2", "entry 2 is not what was sealed"),
        ("update audit_log set at = at - interval '1 day' where seq = 2", "entry 2 is not what was sealed"),
        ("delete from audit_log where seq = 2", "entry 2 is missing"),
        ("update audit_actors set subject = 'bob'", "entry 1 was not made by bob"),
    ],
)
async def test_whoever_gets_past_the_triggers_is_seen(
    world: World, ada: Caller, statement: str, problem: str
) -> None:
    for number in range(3):
        await world.upsert(ada, f"student-{number}")
    await world.entries()
    world.sql(f"alter table audit_log disable trigger user; {statement}")
    assert problem in Chain.of(await world.entries()).problems


async def test_a_deleted_users_entries_say_no_more_who_it_was(world: World, ada: Caller) -> None:
    await world.upsert(ada, "alice")
    as_user("anybody")

    async def work(tx: WriteTx) -> Any:
        assert await audit.anonymise(tx, "ada") == 1
        return course_service_pb2.DeleteCourseResponse()

    await world.service.process.db.mutate(course_service_pb2.DeleteCourseRequest(), work)
    await world.upsert(world.service.user("bea", admin=True), "carol")
    later, first = await world.entries()
    assert (first.HasField("subject"), first.HasField("salt"), later.subject) == (False, False, "bea")
    assert Chain.of([later, first]).problems == ()
    await world.upsert(ada, "bob")
    assert (await world.entries())[0].actor != first.actor


async def test_many_at_once_are_all_recorded(world: World) -> None:
    import asyncio

    admins = [world.service.user(f"admin-{number % 3}", admin=True) for number in range(30)]
    await asyncio.gather(*(world.upsert(admin, f"s-{at}") for at, admin in enumerate(admins)))
    chain = Chain.of(await world.entries(page_size=100))
    assert (chain.head, chain.problems) == (30, ())


def test_a_call_of_nobody_recorded_has_no_entry() -> None:
    assert not Call("m", as_user().caller, "r", 0.0).recorded
