"""students and studentInvites: who the caller is as a student."""

from __future__ import annotations

from typing import Any

from albertplus.catalog.v1 import term_pb2
from albertplus.identity.v1 import invite_service_pb2 as invite_pb
from albertplus.identity.v1 import student_pb2
from albertplus.identity.v1 import student_service_pb2 as pb
from google.protobuf.field_mask_pb2 import FieldMask

from gateway.functions import documents
from gateway.functions.catalog import programs_by_id, schools_by_id
from gateway.functions.context import Context
from gateway.functions.documents import Document
from gateway.functions.errors import ConvexError, Refused
from gateway.functions.rpcs import or_none

Args = dict[str, Any]
NOT_FOUND = "Student not found"
INVITED = "Invite already exists for this user"
_FIELDS = {
    "programs": "program_ids",
    "school": "school_id",
    "startingDate": "starting_term",
    "expectedGraduationDate": "expected_graduation_term",
}


async def current(context: Context, _: Args) -> Document | None:
    """The caller's profile with its programs and school; null before there is one."""
    student = await _student(context)
    if student is None:
        return None
    programs = await programs_by_id(context, student.program_ids)
    schools = await schools_by_id(context, [student.school_id])
    kept = (programs[each] for each in student.program_ids if each in programs)
    return documents.student(student, kept, schools.get(student.school_id))


async def upsert(context: Context, args: Args) -> str:
    """Creates the caller's profile or replaces it."""
    request = pb.UpsertCurrentStudentRequest(**_values(args))
    answer = await context.call(
        "StudentService/UpsertCurrentStudent", request, pb.UpsertCurrentStudentResponse
    )
    return answer.student.id


async def update(context: Context, args: Args) -> str:
    """Changes the fields that are given. Refuses with "Student not found"."""
    if not args:
        return await _unchanged(context)
    values = _values(args)
    request = pb.UpdateCurrentStudentRequest(
        student=student_pb2.Student(**values), update_mask=FieldMask(paths=values)
    )
    try:
        answer = await context.call(
            "StudentService/UpdateCurrentStudent", request, pb.UpdateCurrentStudentResponse
        )
    except Refused as refused:
        raise _explained(refused) from refused
    return answer.student.id


async def invite(context: Context, args: Args) -> str:
    """Asks for an invite. Refuses with "Invite already exists for this user"."""
    request = invite_pb.CreateInviteRequest(name=args["name"], email=args["email"])
    call = context.call("InviteService/CreateInvite", request, invite_pb.CreateInviteResponse)
    answer = await or_none(call, "INVITE_ALREADY_EXISTS")
    if answer is None:
        raise ConvexError(INVITED)
    return answer.invite.id


async def current_invite(context: Context, _: Args) -> Document | None:
    """The caller's invite; null if there is none."""
    request = invite_pb.GetCurrentInviteRequest()
    call = context.call("InviteService/GetCurrentInvite", request, invite_pb.GetCurrentInviteResponse)
    found = await or_none(call, "INVITE_NOT_FOUND")
    return None if found is None else documents.invite(found.invite, context.subject)


async def _student(context: Context) -> student_pb2.Student | None:
    request = pb.GetCurrentStudentRequest()
    call = context.call("StudentService/GetCurrentStudent", request, pb.GetCurrentStudentResponse)
    found = await or_none(call, "STUDENT_NOT_FOUND")
    return None if found is None else found.student


async def _unchanged(context: Context) -> str:
    student = await _student(context)
    if student is None:
        raise ConvexError(NOT_FOUND)
    return student.id


def _values(args: Args) -> dict[str, Any]:
    """The fields that are given, as the service calls them."""
    values = {_FIELDS[name]: value for name, value in args.items()}
    for name in ("starting_term", "expected_graduation_term"):
        if name in values:
            values[name] = _term(values[name])
    if "program_ids" in values:
        values["program_ids"] = list(dict.fromkeys(values["program_ids"]))
    return values


def _term(fields: Document) -> term_pb2.Term:
    found = documents.term(fields)
    if found is None:
        raise ConvexError(f"{fields['year']:g} is not a year in which a term can be")
    return found


def _explained(refused: Refused) -> Exception:
    if refused.reason == "STUDENT_NOT_FOUND":
        return ConvexError(NOT_FOUND)
    return ConvexError(str(refused)) if refused.reason == "TERMS_OUT_OF_ORDER" else refused
