"""Another student's ids, wherever one is taken: nothing of theirs is read, changed or pushed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import grpc
import httpx
import pytest
from albertplus.planner.v1 import schedule_service_pb2 as schedule
from albertplus.planner.v1 import schedule_service_pb2_grpc, student_course_service_pb2_grpc
from albertplus.planner.v1 import student_course_service_pb2 as courses
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from gateway.functions.function import Function
from gateway.functions.table import FUNCTIONS
from gateway.functions.validators import Id, Object
from gateway.methods import public_methods
from runtime.methods import Method
from tests.contracts.schema import rules
from tests.gateway.live_client import watch
from tests.gateway.rig import Rig
from tests.gateway.sections import FALL, GET_SCHEDULE, get_schedule, load, take

pytestmark = pytest.mark.asyncio(loop_scope="module")
PERSONAL = {"userCourses", "userCourseOfferings"}


def _ids(message: Message, depth: int = 0) -> Iterator[tuple[Message, Any]]:
    """Every place for an id in a message, that is a text with the rule of UUIDs."""
    fields: list[Any] = list(message.DESCRIPTOR.fields)
    for field in fields:
        if field.is_repeated:
            continue
        if field.type == FieldDescriptor.TYPE_STRING and rules(field).string.uuid:
            yield message, field
        elif field.message_type is not None and field.message_type.full_name.startswith("albertplus."):
            yield from _ids(getattr(message, field.name), depth + 1) if depth < 2 else ()


def takes_ids(method: Method) -> bool:
    """Whether a request of the planner has an id anywhere."""
    return method.service == "planner" and bool(list(_ids(method.request())))


def function_ids(function: Function) -> list[str]:
    """The arguments that are ids of what belongs to a student."""
    if not isinstance(function.args, Object):
        return []
    fields = {**function.args.fields, **function.args.optional}
    return [name for name, kind in fields.items() if isinstance(kind, Id) and kind.table in PERSONAL]


every_rpc = pytest.mark.parametrize(
    "method", [each for each in public_methods() if takes_ids(each)], ids=lambda method: method.name
)
every_function = pytest.mark.parametrize(
    "function", [each for each in FUNCTIONS if function_ids(each)], ids=lambda function: function.name
)


async def _of(rig: Rig, student: str) -> tuple[str, str, bytes]:
    """A student's first entry and course, and all they have."""
    metadata = rig.signed_in(student)
    entries = await schedule_service_pb2_grpc.ScheduleServiceStub(rig.channel()).GetSchedule(
        schedule.GetScheduleRequest(), metadata=metadata
    )
    taken = await student_course_service_pb2_grpc.StudentCourseServiceStub(rig.channel()).ListStudentCourses(
        courses.ListStudentCoursesRequest(), metadata=metadata
    )
    state = entries.SerializeToString(deterministic=True) + taken.SerializeToString(deterministic=True)
    course = taken.student_courses[0].id if taken.student_courses else ""
    return entries.entries[0].id, course, state


async def _bob(rig: Rig) -> str:
    """A student with a section in the schedule and a course."""
    bob, one = rig.student(), rig.section()
    await load(rig, one)
    await take(rig, bob, one)
    request = courses.CreateStudentCourseRequest(
        student_course={"course_code": "SECRET 1", "title": "A secret", "term": FALL}
    )
    stub = student_course_service_pb2_grpc.StudentCourseServiceStub(rig.channel())
    await stub.CreateStudentCourse(request, metadata=rig.signed_in(bob))
    return bob


@every_rpc
async def test_an_rpc_with_anothers_ids(rig: Rig, method: Method) -> None:
    bob, alice = await _bob(rig), rig.student()
    entry, course, before = await _of(rig, bob)
    for foreign in (entry, course):
        answer = b""
        request = _filled(method, foreign)
        with contextlib.suppress(grpc.aio.AioRpcError):
            answer = await rig.channel().unary_unary(f"/{method.name}")(
                request.SerializeToString(), metadata=rig.signed_in(alice), timeout=20
            )
        assert foreign.encode() not in answer
        assert b"SECRET" not in answer
    assert (await _of(rig, bob))[2] == before


def _filled(method: Method, foreign: str) -> Any:
    """A request that says nothing wrong but whose thing it is about."""
    request: Any = method.request()
    for message, field in _ids(request):
        setattr(message, field.name, foreign)
    if "update_mask" in request.DESCRIPTOR.fields_by_name:
        (subject,) = (
            name for name in request.DESCRIPTOR.fields_by_name if name in ("entry", "student_course")
        )
        path = {"entry": "alternative_of", "student_course": "title"}[subject]
        if path == "title":
            getattr(request, subject).title = "changed"
        request.update_mask.paths.append(path)
    return request


@every_function
async def test_a_function_with_anothers_ids(rig: Rig, function: Function) -> None:
    bob, alice = await _bob(rig), rig.student()
    entry, course, before = await _of(rig, bob)
    assert isinstance(function.args, Object)
    args = {name: _value(name, entry, course, function) for name in function.args.fields}
    headers = {"Authorization": f"Bearer {rig.issuer.mint(alice)}"}
    url = f"http://127.0.0.1:{rig.gateways[0].http_port}/api/{function.kind.value}"
    async with httpx.AsyncClient() as client:
        body = {"path": function.name, "args": args, "format": "json"}
        answer = await client.post(url, json=body, headers=headers)
    assert "ArgumentValidationError" not in answer.text
    assert "SECRET" not in answer.text
    assert (await _of(rig, bob))[2] == before


def _value(name: str, entry: str, course: str, function: Function) -> Any:
    assert isinstance(function.args, Object)
    kind = function.args.fields[name]
    if isinstance(kind, Id):
        return course if kind.table == "userCourses" else entry
    values = ["Some 1", 2026.0, "fall"]
    return next(value for value in values if kind.matches(value))


async def test_nothing_is_pushed_when_another_writes(rig: Rig) -> None:
    bob, alice, more, hers = await _bob(rig), rig.student(), rig.section(), rig.section()
    await load(rig, more, hers)
    entry, _, _ = await _of(rig, bob)
    stream = rig.live(alice)
    request = schedule.ListAlternativesRequest(entry_id=entry)
    await stream.start(
        watch(GET_SCHEDULE, get_schedule()),
        watch("albertplus.planner.v1.ScheduleService/ListAlternatives", request, "foreign"),
    )
    first = await stream.update()
    assert all(entry.encode() not in result.response for result in first.results)
    await take(rig, bob, more)
    await take(rig, alice, hers)
    told = await stream.update()  # had bob's write been pushed, it would be in an update before this one
    assert stream.version == 2
    assert [result.query_id for result in told.results] == ["q"]
    assert str(more).encode() not in told.results[0].response
