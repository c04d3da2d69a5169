"""From the catalog's answer about an item to the summary, in the words of the files."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence

from albertplus.catalog.v1.upsert_pb2 import UpsertResult
from google.rpc import error_details_pb2

from cli.importing.calls import Refused
from cli.importing.items import Item
from cli.importing.spelling import path_in_file, rule_in_file
from cli.importing.summary import Summary

_COUNTED = {
    UpsertResult.OUTCOME_CREATED: "created",
    UpsertResult.OUTCOME_CHANGED: "changed",
    UpsertResult.OUTCOME_UNCHANGED: "unchanged",
    UpsertResult.OUTCOME_SUPERSEDED: "superseded",
}
_ITEM_PATH = re.compile(r"^\w+\[(\d+)\]\.?(.*)$")


class Settling:
    """Counts each item once. `refused` has the keys of those that were refused."""

    def __init__(self, summary: Summary) -> None:
        self._summary = summary
        self.refused: set[Hashable] = set()

    def settle(self, item: Item, result: UpsertResult) -> None:
        tally = self._summary.of(item.kind)
        if name := _COUNTED.get(result.outcome):
            setattr(tally, name, getattr(tally, name) + 1)
        else:
            self._refuse(item, [(each.field, each.description) for each in result.violations])

    def refuse_all(self, batch: Sequence[Item], refused: Refused) -> None:
        """The batch goes in together or not at all: says of each item what is wrong with it or the others."""
        broken: dict[int, list[tuple[str, str]]] = {}
        for detail in refused.status.details:
            if detail.Is(error_details_pb2.BadRequest.DESCRIPTOR):
                for each in error_details_pb2.BadRequest.FromString(detail.value).field_violations:
                    if path := _ITEM_PATH.match(each.field):
                        broken.setdefault(int(path[1]), []).append((path[2], each.description))
        others = "is stored together with others, and one of them is refused" if broken else str(refused)
        for index, item in enumerate(batch):
            self._refuse(item, broken.get(index) or [("", others)])

    def _refuse(self, item: Item, broken: Sequence[tuple[str, str]]) -> None:
        self.refused.add(item.key)
        self._summary.of(item.kind).refused += 1
        for path, rule in broken or [("", "is refused")]:
            where, rule = path_in_file(item.kind, path), rule_in_file(item.kind, rule)
            self._summary.note_refusal(item.kind, item.places, rule, where, item.key)
