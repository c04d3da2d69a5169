"""Application settings: rows to messages, written messages to rows."""

from __future__ import annotations

from typing import Any

from albertplus.catalog.v1 import app_config_pb2

from services.catalog.model import rules
from services.catalog.model.batch import Item, Row


def app_config(row: Any) -> app_config_pb2.AppConfig:
    """A stored setting."""
    return app_config_pb2.AppConfig(
        key=row.key, value=row.value, create_time=row.create_time, update_time=row.update_time
    )


def app_config_item(message: app_config_pb2.AppConfigInput) -> Item:
    """A setting as a row, and the rules it breaks beyond those of the protos."""
    row: Row = {"key": message.key, "value": message.value}
    return Item(row, list(rules.without_nul(row)))
