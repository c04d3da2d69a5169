"""Read keys against write keys.

A read names a predicate (`table/index/values`) or a table (`table/*`); a write names every prefix of every
key of the rows before and after, or, collapsed, a table. So equality decides, apart from whole tables.
"""

from collections.abc import Iterable

EVERYTHING = "*"  # a change that nobody could decode: all of its service


def touches(reads: frozenset[str], writes: Iterable[str]) -> bool:
    """Whether one of these writes may change what these reads found."""
    return any(_touches(reads, key) for key in writes)


def _touches(reads: frozenset[str], key: str) -> bool:
    if key in reads or key == EVERYTHING:
        return True
    table, _, rest = key.partition("/")
    if f"{table}/*" in reads:
        return True
    return rest == "*" and any(read.startswith(f"{table}/") for read in reads)
