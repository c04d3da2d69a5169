"""appConfigs: settings that administrators change while the system runs."""

from __future__ import annotations

from typing import Any

from albertplus.catalog.v1 import app_config_pb2
from albertplus.catalog.v1 import app_config_service_pb2 as pb

from gateway.functions import documents
from gateway.functions.context import Context
from gateway.functions.rpcs import everything, or_none, pages

Args = dict[str, Any]
MAX_KEY = 100
NOT_FOUND = "APP_CONFIG_NOT_FOUND"


async def get(context: Context, args: Args) -> str | None:
    """The value of a setting."""
    if not _possible(args["key"]):
        return None
    request = pb.GetAppConfigRequest(key=args["key"])
    call = context.call("AppConfigService/GetAppConfig", request, pb.GetAppConfigResponse)
    found = await or_none(call, NOT_FOUND)
    return None if found is None else found.app_config.value


async def get_all(context: Context, _: Args) -> list[documents.Document]:
    """All settings, the oldest first."""
    request = pb.ListAppConfigsRequest()
    read = pages(
        context, "AppConfigService/ListAppConfigs", request, pb.ListAppConfigsResponse, "app_configs"
    )
    return documents.by_creation(map(documents.app_config, await everything(read)))


async def set_(context: Context, args: Args) -> str:
    """Gives a setting a value."""
    setting = app_config_pb2.AppConfigInput(key=args["key"], value=args["value"])
    request = pb.BatchUpsertAppConfigsRequest(app_configs=[setting])
    await context.call("AppConfigService/BatchUpsertAppConfigs", request, pb.BatchUpsertAppConfigsResponse)
    return documents.app_config_id(args["key"])


async def remove(context: Context, args: Args) -> bool:
    """Removes a setting; whether there was one."""
    if not _possible(args["key"]):
        return False
    request = pb.DeleteAppConfigRequest(key=args["key"])
    call = context.call("AppConfigService/DeleteAppConfig", request, pb.DeleteAppConfigResponse)
    return await or_none(call, NOT_FOUND) is not None


def _possible(key: str) -> bool:
    return 0 < len(key) <= MAX_KEY
