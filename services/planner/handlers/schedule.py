"""ScheduleService: a student's sections."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias, TypeVar

import grpc
from albertplus.catalog.v1 import offering_pb2
from albertplus.planner.v1 import schedule_pb2, schedule_service_pb2_grpc
from albertplus.planner.v1 import schedule_service_pb2 as pb
from google.protobuf.message import Message

from runtime.context import current_call
from runtime.db import Database, WriteTx
from runtime.ids import new_id
from services.planner import queries, wire
from services.planner.catalog import Catalog
from services.planner.commands import schedule
from services.planner.errors import EntryNotFound
from services.planner.fetched import Fetched
from services.planner.handlers.starting_over import with_fetched
from services.planner.handlers.turns import Turns
from services.planner.model import Entry, SectionKey

Context: TypeAlias = grpc.aio.ServicerContext[Any, Any]
Offerings: TypeAlias = Fetched[SectionKey, offering_pb2.Offering]
ResponseT = TypeVar("ResponseT", bound=Message)


class ScheduleHandlers(schedule_service_pb2_grpc.ScheduleServiceServicer):
    """Answers for the schedule of whoever calls."""

    def __init__(self, db: Database, catalog: Catalog, turns: Turns) -> None:
        self._db = db
        self._catalog = catalog
        self._turns = turns

    async def GetSchedule(self, request: pb.GetScheduleRequest, context: Context) -> pb.GetScheduleResponse:
        """The whole schedule, or that of one term."""
        term = wire.term_from(request.term) if request.HasField("term") else None
        rows = await queries.entries(self._db, current_call().principal.subject, term)
        return pb.GetScheduleResponse(entries=await self._joined(rows))

    async def ListAlternatives(
        self, request: pb.ListAlternativesRequest, context: Context
    ) -> pb.ListAlternativesResponse:
        """The alternatives of one entry. Refuses with EntryNotFound."""
        student, entry_id = current_call().principal.subject, wire.id_from(request.entry_id)
        async with self._db.read() as tx:
            if await queries.entry(tx, student, entry_id) is None:
                raise EntryNotFound(entry_id)
            rows = await queries.alternatives(tx, student, entry_id)
        return pb.ListAlternativesResponse(entries=await self._joined(rows))

    async def AddOffering(self, request: pb.AddOfferingRequest, context: Context) -> pb.AddOfferingResponse:
        """Adds a section; refusals as `commands.schedule.add_offering`."""
        key = await self._named(request)
        main = wire.id_from(request.alternative_of) if request.HasField("alternative_of") else None

        async def work(tx: WriteTx, student: str, offerings: Offerings) -> pb.AddOfferingResponse:
            if key is None:
                raise await schedule.refusal_of_unknown(tx, student, request.class_number)
            new = Entry(new_id(), key.term, main, key.class_number)
            sections = offerings.map(wire.section_from)
            entry = await schedule.add_offering(tx, student, new, request.force, sections)
            return pb.AddOfferingResponse(entry=_message(entry, offerings))

        return await self._mutate(request, work)

    async def UpdateEntry(self, request: pb.UpdateEntryRequest, context: Context) -> pb.UpdateEntryResponse:
        """Changes what the mask names; refusals as `commands.schedule.update_entry`."""
        entry_id = wire.id_from(request.entry.id)
        changes = wire.entry_changes(request.entry, request.update_mask.paths)

        async def work(tx: WriteTx, student: str, offerings: Offerings) -> pb.UpdateEntryResponse:
            sections = offerings.map(wire.section_from)
            entry = await schedule.update_entry(tx, student, entry_id, changes, request.force, sections)
            return pb.UpdateEntryResponse(entry=_message(entry, offerings))

        return await self._mutate(request, work)

    async def RemoveEntry(self, request: pb.RemoveEntryRequest, context: Context) -> pb.RemoveEntryResponse:
        """Removes an entry; refusals as `commands.schedule.remove_entry`."""
        entry_id = wire.id_from(request.id)

        async def work(tx: WriteTx, student: str, offerings: Offerings) -> pb.RemoveEntryResponse:
            promoted = await schedule.remove_entry(tx, student, entry_id, offerings.map(wire.section_from))
            return pb.RemoveEntryResponse(promoted_id=promoted or "")

        return await self._mutate(request, work)

    async def SwapWithAlternative(
        self, request: pb.SwapWithAlternativeRequest, context: Context
    ) -> pb.SwapWithAlternativeResponse:
        """Makes an alternative the main; refusals as `commands.schedule.swap_with_alternative`."""
        entry_id = wire.id_from(request.alternative_id)

        async def work(tx: WriteTx, student: str, offerings: Offerings) -> pb.SwapWithAlternativeResponse:
            sections = offerings.map(wire.section_from)
            entry = await schedule.swap_with_alternative(tx, student, entry_id, request.force, sections)
            return pb.SwapWithAlternativeResponse(entry=_message(entry, offerings))

        return await self._mutate(request, work)

    async def _named(self, request: pb.AddOfferingRequest) -> SectionKey | None:
        """The section a request names. One without a term that no term has is refused by the mutation, which
        may have been made before, when the catalog still had it."""
        if request.HasField("section"):
            return wire.section_key_from(request.section)
        return await self._catalog.resolved(request.class_number)

    async def _mutate(
        self, request: Message, work: Callable[[WriteTx, str, Offerings], Awaitable[ResponseT]]
    ) -> ResponseT:
        student = current_call().principal.subject

        async def attempt(offerings: Offerings) -> ResponseT:
            return await self._db.mutate(request, lambda tx: work(tx, student, offerings))

        async with self._turns.of(student):
            return await with_fetched(self._catalog.offerings, attempt)

    async def _joined(self, rows: Sequence[Entry]) -> list[schedule_pb2.ScheduleEntry]:
        """Entries with the sections the catalog has; asked for at once, and after the transaction."""
        found = await self._catalog.offerings(row.key for row in rows)
        return [wire.entry_message(row, found.get(row.key)) for row in rows]


def _message(entry: Entry, offerings: Offerings) -> schedule_pb2.ScheduleEntry:
    return wire.entry_message(entry, offerings.get(entry.key))
