"""How many sections name a course that the catalog does not have. That is allowed, and worth saying."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Set

from albertplus.catalog.v1.offering_input_pb2 import OfferingInput

from cli.importing.catalog import Catalog
from cli.importing.items import Item
from cli.importing.summary import Missing, Summary

_EXAMPLES = 5


class References:
    """Counts the course codes of sections as they pass by."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def watch(self, items: Iterable[Item]) -> Iterator[Item]:
        for item in items:
            if isinstance(item.message, OfferingInput) and item.message.course_code:
                self._counts[item.message.course_code] += 1
            yield item

    async def resolve(self, catalog: Catalog, known: Set[Hashable], summary: Summary) -> None:
        """Asks the catalog about the codes that are not `known` to be in it; notes those it doesn't have."""
        absent: set[str] = set()
        async for _, missing in catalog.courses(sorted(self._counts.keys() - known)):
            absent.update(missing)
        unknown = [(code, count) for code, count in self._counts.most_common() if code in absent]
        if unknown:
            examples = [code for code, _ in unknown[:_EXAMPLES]]
            summary.missing = Missing(sum(count for _, count in unknown), len(unknown), examples)
