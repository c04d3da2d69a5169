"""`--complete`: what the files don't mention goes, unless that would be too much of a term."""

from __future__ import annotations

from collections.abc import Sequence

from albertplus.catalog.v1.term_pb2 import Term

from cli.importing.catalog import Catalog
from cli.importing.offerings import SEASONS
from cli.importing.problems import ImportStopped
from cli.importing.scan import Part, Scan
from cli.importing.summary import Removal

MOST = 0.2
"""The part of a term's sections that may go without --allow-drop; the server's own limit is the same."""


async def plan_removals(scan: Scan, catalog: Catalog, allow_drop: bool) -> list[Removal]:
    """What would go, for each term and school of the files. Refuses (ImportStopped), before anything is
    written, when a row can't be read (it may be one that is to stay) or too much would go."""
    if scan.unreadable_sections:
        raise ImportStopped(
            f"--complete needs every section: {len(scan.unreadable_sections)} rows can't be read, "
            f"the first is {scan.unreadable_sections[0]}",
            "repair the file, or import without --complete",
        )
    removals = [
        await _plan(part, kept, catalog) for part, kept in scan.sections.items() if part[1] in SEASONS
    ]
    too_much = [each for each in removals if not allow_drop and each.missing > MOST * each.stored]
    if too_much:
        raise ImportStopped(
            f"--complete would remove {_in_words(too_much)}; nothing was written",
            "is the file complete? If these sections are really gone, add --allow-drop",
        )
    return removals


async def remove(scan: Scan, catalog: Catalog, removals: Sequence[Removal], allow_drop: bool) -> None:
    """Does it, and notes how many went."""
    for part, removal in zip((part for part in scan.sections if part[1] in SEASONS), removals, strict=True):
        if removal.missing:
            most = 1.0 if allow_drop else None
            kept = scan.sections[part]
            removal.removed = await catalog.remove_missing(_term(part), removal.school, kept, most)


async def _plan(part: Part, kept: set[int], catalog: Catalog) -> Removal:
    year, season, school = part
    stored = await catalog.class_numbers(_term(part), school)
    return Removal(f"{season} {year}", school, missing=len(stored - kept), stored=len(stored | kept))


def _term(part: Part) -> Term:
    return Term(year=part[0], season=SEASONS[part[1]])


def _in_words(removals: Sequence[Removal]) -> str:
    return " and ".join(
        f"{each.missing:,} of {each.stored:,} sections of {each.term}, {each.school}" for each in removals
    )
