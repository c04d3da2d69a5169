"""Reading application settings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, Text, any_, bindparam, select

from services.catalog.errors import AppConfigNotFound
from services.catalog.model.text import storable
from services.catalog.queries.listing import Listing, Page, Range
from services.catalog.queries.source import Source
from services.catalog.tables import app_configs

_BY_KEY = select(*app_configs.c).where(app_configs.c.key == bindparam("key"))
_BY_KEYS = select(*app_configs.c).where(app_configs.c.key == any_(bindparam("keys", type_=ARRAY(Text))))
_LISTING = Listing(columns=list(app_configs.c), order=[app_configs.c.key], conditions={})


async def app_config(tx: Source, key: str) -> Any:
    """The setting with a key. Refuses with AppConfigNotFound."""
    row = await tx.one(_BY_KEY, key=storable(key))
    if row is None:
        raise AppConfigNotFound(key)
    return row


async def app_configs_by_key(tx: Source, keys: Sequence[str]) -> dict[str, Any]:
    """The settings with these keys, by key."""
    wanted = [storable(key) for key in keys]
    return {row.key: row for row in await tx.all(_BY_KEYS, keys=wanted)} if wanted else {}


async def list_app_configs(tx: Source, part: Range) -> Page:
    """A page of settings by key."""
    return await _LISTING.page(tx, {}, "", part)
