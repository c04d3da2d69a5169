"""Items in batches, one on its way while the next is built."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator

import grpc
from albertplus.catalog.v1.upsert_pb2 import UpsertResult

from cli.importing.calls import Refused, stopped
from cli.importing.catalog import Catalog
from cli.importing.items import Item
from cli.importing.kinds import Kind
from cli.importing.settling import Settling

MOST_ITEMS = 1000
MOST_BYTES = 1_000_000
IN_FLIGHT = 1
"""More make nothing faster: batches that are written side by side meet in the indexes, the database runs most
of them twice, and twice the work is done in the same time."""

Settle = Callable[[Item, UpsertResult], None]

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
    """Sends items to one kind of the catalog. `on_progress` is called after each batch."""

    def __init__(
        self, catalog: Catalog, kind: Kind, dry_run: bool, settling: Settling, on_progress: Callable[[], None]
    ) -> None:
        self._catalog, self._kind, self._dry_run = catalog, kind, dry_run
        self._settling, self._on_progress = settling, on_progress

    async def send(
        self, items: Iterable[Item], settle: Settle | None = None, in_flight: int = IN_FLIGHT
    ) -> None:
        """Returns when every item is answered for. Raises ImportStopped; what was on its way may be stored.

        `settle` is called with each answer, by default that of the settling.
        """
        free = asyncio.Semaphore(in_flight)
        try:
            async with asyncio.TaskGroup() as group:
                for batch in batches(items):
                    await free.acquire()
                    task = group.create_task(self._send(batch, settle or self._settling.settle))
                    task.add_done_callback(lambda _: free.release())
                    await asyncio.sleep(0)  # let it leave before the next one is built
        except BaseExceptionGroup as failed:
            raise failed.exceptions[0] from None
        self._on_progress()

    async def _send(self, batch: list[Item], settle: Settle) -> None:
        try:
            results = await self._catalog.upsert(self._kind, [item.message for item in batch], self._dry_run)
            for item, result in zip(batch, results, strict=True):
                settle(item, result)
        except Refused as refused:
            if refused.code not in _BATCH_REFUSED:
                raise stopped(refused.code, refused.status) from refused
            self._settling.refuse_all(batch, refused)
        self._on_progress()
