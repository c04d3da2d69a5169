"""One import from beginning to end, in the order in which rows need each other."""

from __future__ import annotations

import time
from collections.abc import Hashable, Set
from dataclasses import dataclass
from typing import Any, Protocol

from cli.importing.belonging import OWNER, Belongings, assign
from cli.importing.catalog import Catalog
from cli.importing.items import Reading
from cli.importing.kinds import Kind
from cli.importing.orphans import Orphans
from cli.importing.postponed import Postponed
from cli.importing.references import References
from cli.importing.removal import plan_removals, remove
from cli.importing.scan import Scan
from cli.importing.sending import Sender
from cli.importing.settling import Settling
from cli.importing.shapes import SHAPES
from cli.importing.summary import Record, Summary


class Progress(Protocol):
    """Is told how far the rows of a kind are."""

    def update(self, kind: Kind, settled: int, rows: int) -> None: ...


class Silent:
    """Shows nothing."""

    def update(self, kind: Kind, settled: int, rows: int) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Options:
    """`dry_run`: ask what would happen, write nothing. `strict`: write nothing when any row is refused.
    `complete`: remove what the files don't mention; `allow_drop`: even if that is much."""

    dry_run: bool = False
    strict: bool = False
    complete: bool = False
    allow_drop: bool = False


async def run(
    scan: Scan,
    catalog: Catalog,
    options: Options,
    progress: Progress | None = None,
    record: Record | None = None,
) -> Summary:
    """Imports what was scanned and says what became of it. Raises ImportStopped."""
    began = time.monotonic()
    removals = await plan_removals(scan, catalog, options.allow_drop) if options.complete else []
    summary = await _check(scan, catalog, record) if options.strict and not options.dry_run else None
    if summary is None:
        summary = Summary(options.dry_run, record, left_out=list(scan.left_out), removals=removals)
        await _Run(scan, catalog, summary, progress or Silent()).all()
        if options.complete and not options.dry_run:
            await remove(scan, catalog, removals, options.allow_drop)
    summary.seconds = scan.seconds + time.monotonic() - began
    return summary


async def _check(scan: Scan, catalog: Catalog, record: Record | None) -> Summary | None:
    """Asks what would happen to every row: the summary if any would be refused, else None."""
    held: list[dict[str, Any]] = []
    summary = Summary(dry_run=True, record=held.append, left_out=list(scan.left_out), held_back=True)
    await _Run(scan, catalog, summary, Silent()).all()
    if not summary.refused:
        return None
    if record is not None:
        for line in held:
            record(line)
    return summary


class _Run:
    """One pass over the files."""

    def __init__(self, scan: Scan, catalog: Catalog, summary: Summary, progress: Progress) -> None:
        self._scan, self._catalog, self._summary, self._progress = scan, catalog, summary, progress
        self._references = References()
        self._settling = Settling(summary)

    async def all(self) -> Summary:
        """Settles every row."""
        belongings = assign(self._scan, self._summary)
        belonging_to = {owner: kind for kind, owner in OWNER.items()}
        for kind in SHAPES:
            if kind in self._scan.files:
                await self._store(kind, belongings)
            if kind in belonging_to:
                await self._adopt(kind, belonging_to[kind], belongings)
        await self._references.resolve(self._catalog, self._known_courses(), self._summary)
        return self._summary

    async def _store(self, kind: Kind, belongings: Belongings) -> None:
        """Stores the rows of one kind, prerequisites behind their courses."""
        items = self._references.watch(Reading(kind, self._scan, belongings, self._summary).items())
        sender = self._sender(kind)
        if kind is not Kind.COURSES:
            return await sender.send(items)
        postponed = Postponed(self._scan.keys[kind], self._settling)
        await sender.send(items, settle=postponed.settle)
        again = postponed.ask_again if self._summary.dry_run else postponed.send_again
        return await again(sender)

    async def _adopt(self, owner: Kind, kind: Kind, belongings: Belongings) -> None:
        """Stores the rows whose owner is in the catalog only."""
        items = await Orphans(kind, belongings, self._catalog, self._summary).items()
        if items:
            await self._sender(owner).send(items)

    def _sender(self, kind: Kind) -> Sender:
        tally, rows = self._summary.of(kind), self._scan.rows(kind)

        def on_progress() -> None:
            self._progress.update(kind, tally.settled, rows)

        return Sender(self._catalog, kind, self._summary.dry_run, self._settling, on_progress)

    def _known_courses(self) -> Set[Hashable]:
        """Courses of the files that went in: they need not be asked for."""
        return self._scan.keys.get(Kind.COURSES, set()) - self._settling.refused
