"""Which of the courses that rows name are not in the catalog. That is allowed, and worth saying."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Set

from albertplus.catalog.v1.course_pb2 import CourseInput
from albertplus.catalog.v1.offering_input_pb2 import OfferingInput
from albertplus.catalog.v1.prerequisite_pb2 import Prerequisite

from cli.importing.catalog import Catalog
from cli.importing.items import Item
from cli.importing.kinds import Kind
from cli.importing.summary import Missing, Summary

_EXAMPLES = 5


class References:
    """Counts the course codes that items name, as they pass by."""

    def __init__(self) -> None:
        self._counts: dict[Kind, Counter[str]] = {}

    def watch(self, items: Iterable[Item]) -> Iterator[Item]:
        for item in items:
            message = item.message
            if isinstance(message, OfferingInput):
                self._counts.setdefault(Kind.OFFERINGS, Counter())[message.course_code] += 1
            elif isinstance(message, CourseInput) and message.HasField("prerequisite"):
                self._counts.setdefault(Kind.PREREQUISITES, Counter()).update(codes_in(message.prerequisite))
            yield item

    async def resolve(self, catalog: Catalog, known: Set[Hashable], summary: Summary) -> None:
        """Asks the catalog about the codes that are not `known` to be in it; notes those it doesn't have."""
        asked = sorted({code for counts in self._counts.values() for code in counts if code} - known)
        absent: set[str] = set()
        async for _, missing in catalog.courses(asked):
            absent.update(missing)
        for kind, counts in self._counts.items():
            unknown = [(code, count) for code, count in counts.most_common() if code in absent]
            if unknown:
                examples = [code for code, _ in unknown[:_EXAMPLES]]
                summary.missing[kind] = Missing(sum(count for _, count in unknown), len(unknown), examples)


def codes_in(rule: Prerequisite) -> set[str]:
    """The course codes that a prerequisite names anywhere."""
    match rule.WhichOneof("rule"):
        case "course":
            return {rule.course.code}
        case "credits":
            return set(rule.credits.pool.codes)
        case "negation":
            return codes_in(rule.negation.rule)
        case "all" | "any" | "n_of" as group:
            return {code for child in getattr(rule, group).rules for code in codes_in(child)}
        case _:
            return set()
