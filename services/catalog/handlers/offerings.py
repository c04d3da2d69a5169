"""OfferingService."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import grpc
from albertplus.catalog.v1 import offering_service_pb2 as pb
from albertplus.catalog.v1 import offering_service_pb2_grpc

from runtime.db import Database, WriteTx
from services.catalog.commands import offerings as commands
from services.catalog.handlers.requests import by_canonical_id, next_token, part
from services.catalog.model.batch import Result
from services.catalog.model.offerings import SETTINGS, wanted_terms
from services.catalog.model.text import line, storable
from services.catalog.queries import offerings as queries
from services.catalog.queries.app_configs import app_configs_by_key
from services.catalog.wire import batch
from services.catalog.wire import offerings as wire

Context = grpc.aio.ServicerContext[Any, Any]
_MAX_REMOVED_FRACTION = 0.2


class OfferingHandlers(offering_service_pb2_grpc.OfferingServiceServicer):
    """Answers what is asked of sections."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def GetOffering(self, request: pb.GetOfferingRequest, context: Context) -> pb.GetOfferingResponse:
        if request.WhichOneof("key") == "id":
            row = await queries.offering_by_id(self._db, request.id)
        else:
            row = await queries.offering_by_section(self._db, wire.section(request.section))
        return pb.GetOfferingResponse(offering=wire.offering(row))

    async def ListOfferings(
        self, request: pb.ListOfferingsRequest, context: Context
    ) -> pb.ListOfferingsResponse:
        wanted, filters = part(request), wire.filters(request)
        async with self._db.read() as tx:
            page = await queries.list_offerings(tx, filters, request.query, wanted)
        return pb.ListOfferingsResponse(
            offerings=map(wire.offering, page.rows), next_page_token=next_token(request, page)
        )

    async def BatchGetOfferings(
        self, request: pb.BatchGetOfferingsRequest, context: Context
    ) -> pb.BatchGetOfferingsResponse:
        ids = by_canonical_id(request.ids)
        sections = list(dict.fromkeys(map(wire.section, request.sections)))
        async with self._db.read() as tx:
            by_id = await queries.offerings_by_id(tx, list(ids))
            by_section = await queries.offerings_by_section(tx, sections)
        found = [by_id[each] for each in ids if each in by_id]
        found += [by_section[each] for each in sections if each in by_section]
        unique = {row.id: row for row in found}
        return pb.BatchGetOfferingsResponse(
            offerings=map(wire.offering, unique.values()),
            missing_ids=[given for each, given in ids.items() if each not in by_id],
            missing_sections=[wire.section_key(each) for each in sections if each not in by_section],
        )

    async def BatchGetMeantOfferings(
        self, request: pb.BatchGetMeantOfferingsRequest, context: Context
    ) -> pb.BatchGetMeantOfferingsResponse:
        numbers = list(dict.fromkeys(request.class_numbers))
        async with self._db.read() as tx:
            settings = await app_configs_by_key(tx, SETTINGS)
            wanted = wanted_terms({key: row.value for key, row in settings.items()})
            found = await queries.offerings_by_number(tx, numbers, wanted)
        return pb.BatchGetMeantOfferingsResponse(
            offerings=[wire.offering(found[number]) for number in numbers if number in found],
            missing_class_numbers=[number for number in numbers if number not in found],
        )

    async def BatchUpsertOfferings(
        self, request: pb.BatchUpsertOfferingsRequest, context: Context
    ) -> pb.BatchUpsertOfferingsResponse:
        items = [wire.item(each) for each in request.offerings]

        async def work(tx: WriteTx) -> pb.BatchUpsertOfferingsResponse:
            return _answer(await commands.upsert_offerings(tx, items))

        if not request.dry_run:
            return await self._db.mutate(request, work)
        async with self._db.read() as tx:
            return _answer(await commands.preview_offerings(tx, items))

    async def DeleteOffering(
        self, request: pb.DeleteOfferingRequest, context: Context
    ) -> pb.DeleteOfferingResponse:
        async def work(tx: WriteTx) -> pb.DeleteOfferingResponse:
            await commands.delete_offering(tx, request.id)
            return pb.DeleteOfferingResponse()

        return await self._db.mutate(request, work)

    async def RemoveMissingOfferings(
        self, request: pb.RemoveMissingOfferingsRequest, context: Context
    ) -> pb.RemoveMissingOfferingsResponse:
        term = request.term.year, int(request.term.season)
        given = request.HasField("max_removed_fraction")
        fraction = request.max_removed_fraction if given else _MAX_REMOVED_FRACTION

        async def work(tx: WriteTx) -> pb.RemoveMissingOfferingsResponse:
            removed = await commands.remove_missing_offerings(
                tx, term, storable(line(request.school)) or None, request.class_numbers, fraction
            )
            return pb.RemoveMissingOfferingsResponse(removed=removed)

        return await self._db.mutate(request, work)


def _answer(results: Sequence[Result]) -> pb.BatchUpsertOfferingsResponse:
    return pb.BatchUpsertOfferingsResponse(results=batch.results(results))
