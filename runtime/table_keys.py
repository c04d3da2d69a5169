"""How tables declare their dependency keys: the ways they are read. What keys are is said in `runtime.keys`.

Apart from it, since the gateway handles keys as texts and has no tables.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Boolean, Integer, String, Table, Uuid

_INFO = "dependency_keys"
_COMPARABLE = (Integer, String, Uuid, Boolean)  # types whose equality is equality of their text


def dependency_keys(table: Table, /, **indexes: tuple[str, ...]) -> None:
    """Declares by which columns `table` is read.

    `indexes` maps a name (``by_code``) to column names, outermost first.
    Raises ValueError for an unknown column or a type whose equal values may differ as text.
    """
    for name, columns in indexes.items():
        for column in columns:
            if column not in table.c:
                raise ValueError(f"{table.name}.{name}: there is no column {column}")
            if not isinstance(table.c[column].type, _COMPARABLE):
                raise ValueError(f"{table.name}.{name}: {column} cannot be part of a key")
    table.info[_INFO] = dict(indexes)


def declared_keys(table: Table) -> Mapping[str, tuple[str, ...]]:
    """The indexes declared for `table`; empty when there are none."""
    declared: dict[str, tuple[str, ...]] = table.info.get(_INFO, {})
    return declared


def normalise(value: Any, column_type: Any) -> Any:
    """`value` as the database will compare it with a column of `column_type`."""
    if value is None:
        return None
    if isinstance(column_type, Uuid):
        return value if isinstance(value, uuid.UUID) else uuid.UUID(str(value))
    if isinstance(column_type, Boolean):
        return bool(value)
    if isinstance(column_type, Integer):
        return int(value)
    return value
