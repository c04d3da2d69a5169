"""AppConfigService."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import grpc
from albertplus.catalog.v1 import app_config_service_pb2 as pb
from albertplus.catalog.v1 import app_config_service_pb2_grpc

from runtime.db import Database, WriteTx
from runtime.refusal import InvalidArgument
from services.catalog.commands import app_configs as commands
from services.catalog.handlers.requests import next_token, part
from services.catalog.model.batch import Item, Result
from services.catalog.queries import app_configs as queries
from services.catalog.wire import app_configs as wire
from services.catalog.wire import batch

Context = grpc.aio.ServicerContext[Any, Any]


class AppConfigHandlers(app_config_service_pb2_grpc.AppConfigServiceServicer):
    """Answers what is asked of application settings."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def GetAppConfig(
        self, request: pb.GetAppConfigRequest, context: Context
    ) -> pb.GetAppConfigResponse:
        row = await queries.app_config(self._db, request.key)
        return pb.GetAppConfigResponse(app_config=wire.app_config(row))

    async def ListAppConfigs(
        self, request: pb.ListAppConfigsRequest, context: Context
    ) -> pb.ListAppConfigsResponse:
        wanted = part(request)
        async with self._db.read() as tx:
            page = await queries.list_app_configs(tx, wanted)
        return pb.ListAppConfigsResponse(
            app_configs=map(wire.app_config, page.rows), next_page_token=next_token(request, page)
        )

    async def BatchGetAppConfigs(
        self, request: pb.BatchGetAppConfigsRequest, context: Context
    ) -> pb.BatchGetAppConfigsResponse:
        keys = list(dict.fromkeys(request.keys))
        async with self._db.read() as tx:
            found = await queries.app_configs_by_key(tx, keys)
        return pb.BatchGetAppConfigsResponse(
            app_configs=[wire.app_config(found[key]) for key in keys if key in found],
            missing_keys=[key for key in keys if key not in found],
        )

    async def BatchUpsertAppConfigs(
        self, request: pb.BatchUpsertAppConfigsRequest, context: Context
    ) -> pb.BatchUpsertAppConfigsResponse:
        items = [wire.app_config_item(each) for each in request.app_configs]
        _all_or_nothing(items)

        async def work(tx: WriteTx) -> pb.BatchUpsertAppConfigsResponse:
            return _answer(await commands.upsert_app_configs(tx, items))

        if not request.dry_run:
            return await self._db.mutate(request, work)
        async with self._db.read() as tx:
            return _answer(await commands.preview_app_configs(tx, items))

    async def DeleteAppConfig(
        self, request: pb.DeleteAppConfigRequest, context: Context
    ) -> pb.DeleteAppConfigResponse:
        async def work(tx: WriteTx) -> pb.DeleteAppConfigResponse:
            await commands.delete_app_config(tx, request.key)
            return pb.DeleteAppConfigResponse()

        return await self._db.mutate(request, work)


def _all_or_nothing(items: Sequence[Item]) -> None:
    for at, item in enumerate(items):
        for broken in item.violations:
            raise InvalidArgument(f"app_configs[{at}].{broken.field}", broken.rule)


def _answer(results: Sequence[Result]) -> pb.BatchUpsertAppConfigsResponse:
    return pb.BatchUpsertAppConfigsResponse(results=batch.results(results))
