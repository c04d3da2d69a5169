"""A student's profile."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from albertplus.catalog.v1 import term_pb2
from grpc import StatusCode

from tests.identity.people import FALL, GRADUATION, MATH, PHYSICS, SCHOOL, SPRING, START, Identity, Person
from tests.support.rpc import Refused, outcome

EARLIER = term_pb2.Term(year=2024, season=SPRING)


async def test_before_there_is_a_profile_the_refusal_says_so(identity: Identity) -> None:
    with pytest.raises(Refused) as refused:
        await identity.student().profile()
    assert (refused.value.code, refused.value.reason) == (StatusCode.NOT_FOUND, "STUDENT_NOT_FOUND")
    assert refused.value.domain == "identity.albertplus"


async def test_a_profile_is_read_as_it_was_written(identity: Identity) -> None:
    alice = identity.student("alice")
    stored = await alice.put(program_ids=[PHYSICS, MATH])
    assert await alice.profile() == stored
    assert list(stored.program_ids) == [PHYSICS, MATH]
    assert (stored.user_id, stored.school_id) == ("alice", SCHOOL)
    assert (stored.starting_term, stored.expected_graduation_term) == (START, GRADUATION)


async def test_a_second_upsert_replaces_all_four_fields_and_keeps_the_id(identity: Identity) -> None:
    alice = identity.student()
    first = await alice.put()
    later = term_pb2.Term(year=2029, season=FALL)
    second = await alice.put(
        program_ids=[PHYSICS], school_id=PHYSICS, starting_term=EARLIER, expected_graduation_term=later
    )
    assert (second.id, second.create_time) == (first.id, first.create_time)
    assert (list(second.program_ids), second.school_id) == ([PHYSICS], PHYSICS)
    assert (second.starting_term, second.expected_graduation_term) == (EARLIER, later)


async def test_two_tabs_creating_the_profile_create_one(identity: Identity) -> None:
    alice = identity.student()
    stored = await asyncio.gather(*(alice.put() for _ in range(8)))
    assert len({student.id for student in stored}) == 1
    assert identity.sql("select count(*) from students") == [(1,)]


async def test_an_upsert_that_changes_nothing_writes_nothing(identity: Identity) -> None:
    alice = identity.student()
    first = await alice.put()
    again = await alice.put_answer()
    assert again.message.student == first
    assert again.written_keys == set()


async def test_nobody_sees_another_ones_profile(identity: Identity) -> None:
    await identity.student("alice").put(program_ids=[MATH])
    await identity.student("bob").put(program_ids=[PHYSICS])
    assert list((await identity.student("alice").profile()).program_ids) == [MATH]
    assert list((await identity.student("bob").profile()).program_ids) == [PHYSICS]


async def test_an_update_changes_the_named_fields_only(identity: Identity) -> None:
    alice = identity.student()
    before = await alice.put()
    after = await alice.update(
        "starting_term", starting_term=EARLIER, school_id=PHYSICS, id=MATH, user_id="bob"
    )
    assert after.starting_term == EARLIER
    assert (after.id, after.user_id, after.school_id) == (before.id, "alice", SCHOOL)
    assert after.expected_graduation_term == GRADUATION


async def test_two_updates_of_different_fields_both_last(identity: Identity) -> None:
    alice = identity.student()
    await alice.put()
    await asyncio.gather(alice.update(program_ids=[PHYSICS]), alice.update(starting_term=EARLIER))
    stored = await alice.profile()
    assert (list(stored.program_ids), stored.starting_term) == ([PHYSICS], EARLIER)


async def test_an_update_without_a_profile_is_refused(identity: Identity) -> None:
    with pytest.raises(Refused) as refused:
        await identity.student().update(school_id=SCHOOL)
    assert refused.value.reason == "STUDENT_NOT_FOUND"


async def test_an_update_that_puts_graduation_before_the_start_is_refused(identity: Identity) -> None:
    alice = identity.student()
    before = await alice.put()
    with pytest.raises(Refused) as refused:
        await alice.update(expected_graduation_term=EARLIER)
    assert (refused.value.code, refused.value.reason) == (
        StatusCode.FAILED_PRECONDITION,
        "TERMS_OUT_OF_ORDER",
    )
    assert refused.value.metadata == {"starting_term": "fall 2024", "expected_graduation_term": "spring 2024"}
    assert refused.value.fields == ["starting_term", "expected_graduation_term"]
    assert await alice.profile() == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"program_ids": []},
        {"program_ids": ["CSCI"]},
        {"program_ids": [MATH, MATH]},
        {"school_id": ""},
        {"school_id": "Tandon"},
        {"starting_term": None},
        {"starting_term": term_pb2.Term(year=2024)},
        {"starting_term": term_pb2.Term(year=20240, season=FALL)},
        {"expected_graduation_term": None},
    ],
    ids=str,
)
async def test_a_profile_that_makes_no_sense_is_refused_by_field(
    identity: Identity, wrong: dict[str, Any]
) -> None:
    with pytest.raises(Refused) as refused:
        await identity.student().put(**wrong)
    assert refused.value.code is StatusCode.INVALID_ARGUMENT
    assert any(field.startswith(next(iter(wrong))) for field in refused.value.fields)
    assert identity.sql("select count(*) from students") == [(0,)]


async def test_graduation_before_the_start_is_refused(identity: Identity) -> None:
    with pytest.raises(Refused) as refused:
        await identity.student().put(expected_graduation_term=EARLIER)
    assert refused.value.code is StatusCode.INVALID_ARGUMENT
    assert "expected_graduation_term must not be before starting_term" in str(refused.value)


async def test_graduating_in_the_first_term_is_possible(identity: Identity) -> None:
    assert await identity.student().put(expected_graduation_term=START)


@pytest.mark.parametrize("path", ["program_ids", "school_id", "starting_term", "expected_graduation_term"])
async def test_a_field_cannot_be_cleared(identity: Identity, path: str) -> None:
    alice = identity.student()
    await alice.put()
    with pytest.raises(Refused) as refused:
        await alice.update(path)
    assert refused.value.code is StatusCode.INVALID_ARGUMENT


@pytest.mark.parametrize("path", ["user_id", "id", "update_time", "nonsense"])
async def test_a_field_that_cannot_change_is_refused_in_the_mask(identity: Identity, path: str) -> None:
    alice = identity.student()
    await alice.put()
    with pytest.raises(Refused) as refused:
        await alice.update(path)
    assert refused.value.code is StatusCode.INVALID_ARGUMENT


async def test_a_repeated_upsert_takes_effect_once(identity: Identity) -> None:
    alice = identity.student()
    first = await alice.put(key="session/1")
    await alice.put(program_ids=[PHYSICS])
    assert await alice.put(key="session/1") == first
    assert list((await alice.profile()).program_ids) == [PHYSICS]


async def test_the_profile_is_personal_and_depends_on_the_callers_row_only(identity: Identity) -> None:
    alice = identity.student("alice")
    with pytest.raises(Refused) as refused:
        await alice.profile()
    written = await alice.put_answer()
    read = await alice.profile_answer()
    assert read.reads is not None
    assert read.reads.personal
    assert read.read_keys == {"identity.students/by_user/alice"} == written.written_keys
    assert refused.value.reads is not None
    assert refused.value.reads.reads[0].keys == ["identity.students/by_user/alice"]


async def test_a_refusal_is_an_answer_to_concurrent_calls_too(identity: Identity) -> None:
    alice = identity.student()
    await alice.put()
    later = term_pb2.Term(year=2028, season=FALL)
    moved = await asyncio.gather(
        outcome(alice.update(starting_term=later)),
        outcome(alice.update(expected_graduation_term=START)),
    )
    stored = await alice.profile()
    assert any(isinstance(each, Refused) for each in moved)
    assert (stored.starting_term.year, stored.expected_graduation_term.year) == (2024, 2024)


@pytest.mark.parametrize("who", ["anonymous", "service"])
async def test_only_a_user_has_a_profile(identity: Identity, who: str) -> None:
    caller = identity.service.anonymous() if who == "anonymous" else identity.service.service("gateway")
    code = StatusCode.UNAUTHENTICATED if who == "anonymous" else StatusCode.PERMISSION_DENIED
    for call in (
        Person(caller).profile(),
        Person(caller).put(),
        Person(caller).invite(),
        Person(caller).user(),
    ):
        refused = await outcome(call)
        assert isinstance(refused, Refused)
        assert refused.code is code
