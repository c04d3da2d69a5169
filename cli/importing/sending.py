"""Items in batches, a few of them on their way at a time."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

import grpc
from albertplus.catalog.v1.upsert_pb2 import UpsertResult
from google.rpc import error_details_pb2

from cli.importing.calls import Refused, stopped
from cli.importing.catalog import Catalog
from cli.importing.items import Item
from cli.importing.kinds import Kind
from cli.importing.spelling import path_in_file, rule_in_file
from cli.importing.summary import Summary

MOST_ITEMS = 1000
MOST_BYTES = 1_000_000
IN_FLIGHT = 3

_ITEM_PATH = re.compile(r"^\w+\[(\d+)\]\.?(.*)$")
_BATCH_REFUSED = {grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.FAILED_PRECONDITION}


def batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Batches of at most MOST_ITEMS items and about MOST_BYTES bytes, in order."""
    batch: list[Item] = []
    size = 0
    for item in items:
        item_size = item.message.ByteSize()
        if batch and (len(batch) == MOST_ITEMS or size + item_size > MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(item)
        size += item_size
    if batch:
        yield batch


class Sender:
    """Sends the items of one kind and settles each in the summary; `on_progress` is told after each batch."""

    def __init__(
        self, catalog: Catalog, kind: Kind, summary: Summary, on_progress: Callable[[], None]
    ) -> None:
        self._catalog, self._kind, self._summary = catalog, kind, summary
        self._on_progress = on_progress
        self._free = asyncio.Semaphore(IN_FLIGHT)

    async def send(self, items: Iterable[Item]) -> None:
        """Returns when every item is settled. Raises ImportStopped; what was on its way may be stored."""
        try:
            async with asyncio.TaskGroup() as group:
                for batch in batches(items):
                    await self._free.acquire()
                    group.create_task(self._send(batch))
                    await asyncio.sleep(0)  # let it leave before the next one is built
        except BaseExceptionGroup as failed:
            raise failed.exceptions[0] from None
        self._on_progress()

    async def _send(self, batch: list[Item]) -> None:
        try:
            messages = [item.message for item in batch]
            results = await self._catalog.upsert(self._kind, messages, self._summary.dry_run)
            for item, result in zip(batch, results, strict=True):
                _settle(item, result, self._summary)
        except Refused as refused:
            if refused.code not in _BATCH_REFUSED:
                raise stopped(refused.code, refused.status) from refused
            _refuse_all(batch, refused, self._summary)
        finally:
            self._free.release()
        self._on_progress()


def _settle(item: Item, result: UpsertResult, summary: Summary) -> None:
    tally = summary.of(item.kind)
    match result.outcome:
        case UpsertResult.OUTCOME_CREATED:
            tally.created += 1
        case UpsertResult.OUTCOME_CHANGED:
            tally.changed += 1
        case UpsertResult.OUTCOME_UNCHANGED:
            tally.unchanged += 1
        case UpsertResult.OUTCOME_SUPERSEDED:
            tally.superseded += 1
        case _:
            broken = [(each.description, each.field) for each in result.violations]
            _refuse(item, broken or [("is refused", "")], summary)


def _refuse(item: Item, broken: Sequence[tuple[str, str]], summary: Summary) -> None:
    """Notes the broken rules of an item, in the words of its file."""
    summary.of(item.kind).refused += 1
    for rule, path in broken:
        where = path_in_file(item.kind, path)
        summary.note_refusal(item.kind, item.places, rule_in_file(item.kind, rule), where, item.key)


def _refuse_all(batch: list[Item], refused: Refused, summary: Summary) -> None:
    """The batch goes in together or not at all: says of each item what is wrong with it or the others."""
    broken: dict[int, list[tuple[str, str]]] = {}
    for detail in refused.status.details:
        if detail.Is(error_details_pb2.BadRequest.DESCRIPTOR):
            for each in error_details_pb2.BadRequest.FromString(detail.value).field_violations:
                if path := _ITEM_PATH.match(each.field):
                    broken.setdefault(int(path[1]), []).append((each.description, path[2]))
    others = "is stored together with others, and one of them is refused" if broken else str(refused)
    for index, item in enumerate(batch):
        _refuse(item, broken.get(index) or [(others, "")], summary)
