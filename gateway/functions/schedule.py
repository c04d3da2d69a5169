"""userCourseOfferings: the sections in the caller's schedule."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from albertplus.planner.v1 import schedule_pb2
from albertplus.planner.v1 import schedule_service_pb2 as pb
from google.protobuf.field_mask_pb2 import FieldMask

from gateway.functions import documents
from gateway.functions.context import Context
from gateway.functions.documents import Document
from gateway.functions.errors import ConvexError, FunctionError, Refused
from gateway.functions.rpcs import or_none, whole
from gateway.functions.user_courses import NO_MAIN

Args = dict[str, Any]
NOT_FOUND = "User course offering not found or unauthorized"
NO_SECTION = "Course offering not found"
ADDED = "Course offering already added to user schedule"
NO_ALTERNATIVE = "Alternative course not found or unauthorized"
NOT_AN_ALTERNATIVE = "This course is not an alternative of another course"


async def list_(context: Context, _: Args) -> list[Document]:
    """The whole schedule of all terms with its sections, the oldest first. What is gone from the catalog is
    left out: the pages that show this need every section."""
    return _shown(context, await _entries(context))


async def main(context: Context, _: Args) -> list[Document]:
    """The same without alternatives."""
    return _shown(context, (each for each in await _entries(context) if not each.HasField("alternative_of")))


async def alternatives(context: Context, args: Args) -> list[Document]:
    """The alternatives of one of the caller's entries."""
    request = pb.ListAlternativesRequest(entry_id=args["userCourseOfferingId"])
    call = context.call("ScheduleService/ListAlternatives", request, pb.ListAlternativesResponse)
    found = await or_none(call, "ENTRY_NOT_FOUND")
    return [] if found is None else _shown(context, found.entries)


async def add(context: Context, args: Args) -> str:
    """Adds the section that a class number means, unless it takes the time of another. Refuses with
    "Course offering already added to user schedule", "Course offering not found" and
    {type: "TIME_CONFLICT", conflictingClassNumbers}."""
    number = whole(args["classNumber"])
    if number is None:
        raise ConvexError(NO_SECTION)
    request = pb.AddOfferingRequest(
        class_number=number,
        alternative_of=args.get("alternativeOf"),
        force=args.get("forceAdd", False),
    )
    try:
        answer = await context.call("ScheduleService/AddOffering", request, pb.AddOfferingResponse)
    except Refused as refused:
        raise _not_added(refused) from refused
    return answer.entry.id


async def update(context: Context, args: Args) -> None:
    """Puts another section of the same term into an entry's place, whatever time it takes. Fails with
    "User course offering not found or unauthorized"."""
    number = whole(args["classNumber"])
    if number is None:
        raise FunctionError(NO_SECTION)
    entry = schedule_pb2.ScheduleEntry(
        id=args["id"], class_number=number, alternative_of=args.get("alternativeOf")
    )
    paths = ["class_number", *(["alternative_of"] if "alternativeOf" in args else [])]
    request = pb.UpdateEntryRequest(entry=entry, update_mask=FieldMask(paths=paths), force=True)
    try:
        await context.call("ScheduleService/UpdateEntry", request, pb.UpdateEntryResponse)
    except Refused as refused:
        if refused.reason == "ENTRY_NOT_FOUND":
            raise FunctionError(NOT_FOUND) from refused
        raise _not_added(refused) from refused


async def remove(context: Context, args: Args) -> None:
    """Removes an entry; one of its alternatives takes its place. Fails with
    "User course offering not found or unauthorized"."""
    call = context.call(
        "ScheduleService/RemoveEntry", pb.RemoveEntryRequest(id=args["id"]), pb.RemoveEntryResponse
    )
    if await or_none(call, "ENTRY_NOT_FOUND") is None:
        raise FunctionError(NOT_FOUND)


async def swap(context: Context, args: Args) -> None:
    """Makes an alternative the main entry, whatever time it takes, and the main entry its alternative.
    Refuses with "Alternative course not found or unauthorized" and "This course is not an alternative of
    another course"."""
    request = pb.SwapWithAlternativeRequest(alternative_id=args["alternativeId"], force=True)
    try:
        await context.call("ScheduleService/SwapWithAlternative", request, pb.SwapWithAlternativeResponse)
    except Refused as refused:
        said = {"ENTRY_NOT_FOUND": NO_ALTERNATIVE, "NOT_AN_ALTERNATIVE": NOT_AN_ALTERNATIVE}
        if refused.reason not in said:
            raise
        raise ConvexError(said[refused.reason]) from refused


async def _entries(context: Context) -> Iterable[schedule_pb2.ScheduleEntry]:
    answer = await context.call(
        "ScheduleService/GetSchedule", pb.GetScheduleRequest(), pb.GetScheduleResponse
    )
    return answer.entries


def _shown(context: Context, entries: Iterable[schedule_pb2.ScheduleEntry]) -> list[Document]:
    user = context.subject
    return documents.by_creation(documents.entry(each, user) for each in entries if each.HasField("offering"))


def _not_added(refused: Refused) -> Exception:
    """Why a section is not in the schedule, in AlbertPlus's words."""
    if refused.reason == "TIME_CONFLICT":
        numbers = [float(each) for each in refused.metadata["class_numbers"].split(",")]
        return ConvexError({"type": "TIME_CONFLICT", "conflictingClassNumbers": numbers})
    said = {"ALREADY_SCHEDULED": ADDED, "OFFERING_NOT_FOUND": NO_SECTION, "INVALID_ALTERNATIVE": NO_MAIN}
    return ConvexError(said[refused.reason]) if refused.reason in said else refused
