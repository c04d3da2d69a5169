"""Dependency keys: how a read and a write of the same data find each other.

A key is text of the form ``service.table/index/value/value``. A table declares the ways it is read
(`dependency_keys`); a write emits every prefix of every declared key for the old and the new row
(by triggers, see `runtime.outbox`), a read is rounded up to one such prefix (see `runtime.reads`).
``service.table/*`` stands for the whole table, on either side.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Boolean, Integer, String, Table, Uuid

NULL = "%00"
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


def encode_part(value: Any) -> str:
    """One value as part of a key, equal to what `key_part` in the database makes of it."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value).replace("%", "%25").replace("/", "%2F").replace("*", "%2A")
    return text.replace("\n", "%0A")  # a write set is collected as lines


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


def key(table: str, index: str, values: Iterable[Any]) -> str:
    """The key of `values` in `index` of `table` (``service.table``)."""
    return "/".join((table, index, *map(encode_part, values)))


def whole_table(table: str) -> str:
    """The key of everything in `table` (``service.table``)."""
    return f"{table}/*"


def table_of(key_text: str) -> str:
    """The ``service.table`` a key belongs to."""
    return key_text.split("/", 1)[0]


def collapse(keys: Iterable[str], max_bytes: int) -> list[str]:
    """The same keys in at most about `max_bytes`: the table with the most is rounded up first."""
    by_table: dict[str, list[str]] = {}
    for text in dict.fromkeys(keys):
        by_table.setdefault(table_of(text), []).append(text)
    sizes = {table: sum(len(text) + 2 for text in texts) for table, texts in by_table.items()}
    while sum(sizes.values()) > max_bytes:
        widest = max(sizes, key=lambda table: sizes[table])
        if by_table[widest] == [whole_table(widest)]:
            break
        by_table[widest] = [whole_table(widest)]
        sizes[widest] = len(widest) + 4
    return [text for texts in by_table.values() for text in texts]
