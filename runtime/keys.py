"""Dependency keys: how a read and a write of the same data find each other.

A key is text of the form ``service.table/index/value/value``. A table declares the ways it is read
(`runtime.table_keys`); a write emits every prefix of every declared key for the old and the new row
(by triggers, see `runtime.outbox`), a read is rounded up to one such prefix (see `runtime.reads`).
``service.table/*`` stands for the whole table, on either side.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

NULL = "%00"


def encode_part(value: Any) -> str:
    """One value as part of a key, equal to what `key_part` in the database makes of it."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value).replace("%", "%25").replace("/", "%2F").replace("*", "%2A")
    return text.replace("\n", "%0A")  # a write set is collected as lines


def key(table: str, index: str, values: Iterable[Any]) -> str:
    """The key of `values` in `index` of `table` (``service.table``)."""
    return "/".join((table, index, *map(encode_part, values)))


def whole_table(table: str) -> str:
    """The key of everything in `table` (``service.table``)."""
    return f"{table}/*"


def is_whole_table(key_text: str) -> bool:
    """Whether a key stands for a whole table."""
    return key_text.endswith("/*")


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
