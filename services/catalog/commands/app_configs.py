"""Writing application settings."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, delete

from runtime.db import ReadTx, WriteTx
from services.catalog.commands import upsert
from services.catalog.errors import AppConfigNotFound
from services.catalog.model.batch import Item, Result
from services.catalog.model.text import storable
from services.catalog.tables import app_configs

_TARGET = upsert.Target(app_configs, key=("key",), values=("value",), id="key")
_DELETE = delete(app_configs).where(app_configs.c.key == bindparam("key")).returning(app_configs.c.key)


async def upsert_app_configs(tx: WriteTx, items: Sequence[Item]) -> list[Result]:
    """Sets settings, all of them in one transaction, so that nobody sees half of an edit."""
    results, _ = await upsert.write(tx, _TARGET, await upsert.compare(tx, _TARGET, items))
    return results


async def preview_app_configs(tx: ReadTx, items: Sequence[Item]) -> list[Result]:
    """What `upsert_app_configs` would answer."""
    return (await upsert.compare(tx, _TARGET, items)).preview()


async def delete_app_config(tx: WriteTx, key: str) -> None:
    """Deletes a setting. Refuses with AppConfigNotFound."""
    if await tx.one(_DELETE, key=storable(key)) is None:
        raise AppConfigNotFound(key)
