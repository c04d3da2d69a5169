"""A whole real university, if its data is at hand: everything goes in, once, and is found."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.importing.courses import course_input
from cli.importing.fields import Fields
from cli.importing.offerings import offering_input
from tests.catalog.client import Catalog, outcomes

UCSD = Path(__file__).resolve().parents[3] / "shared" / "data" / "ucsd"
pytestmark = pytest.mark.skipif(not UCSD.exists(), reason=f"there is no data in {UCSD}")
# The audit log's own rows are numbered by and by; what is asked here is whether anything else was written.
ANNOUNCED = """
select count(*) from (select keys from outbox union all select keys from changelog) told
where exists (select from unnest(keys) key where key not like 'catalog.audit%')
"""
FALL_2024 = {"year": 2024, "season": 5}


def read(name: str, convert: Callable[[Fields], Any]) -> list[Any]:
    """The rows of a file as messages."""
    with gzip.open(UCSD / f"{name}.jsonl.gz") as lines:
        return [convert(Fields(json.loads(line))) for line in lines]


def batches(items: list[Any]) -> Iterator[list[Any]]:
    """A thousand items at a time."""
    return (items[at : at + 1000] for at in range(0, len(items), 1000))


async def test_a_university_goes_in_once_and_is_found(catalog: Catalog) -> None:
    courses, sections = read("courses", course_input), read("offerings-fall-2024", offering_input)
    # Some class numbers occur twice in the file; the last of each counts, as within a batch.
    sections = list({each.class_number: each for each in sections}.values())
    assert await outcomes_of(catalog.put_courses, courses) == {"CREATED": 6786}
    assert await outcomes_of(catalog.put_offerings, sections) == {"CREATED": 8688}
    announced = catalog.sql(ANNOUNCED)
    assert await outcomes_of(catalog.put_courses, courses) == {"UNCHANGED": 6786}
    assert await outcomes_of(catalog.put_offerings, sections) == {"UNCHANGED": 8688}
    assert catalog.sql(ANNOUNCED) == announced
    for query in ("cse 8a", "cse8a", "CSE 8A"):
        assert (await catalog.find_courses(query))[0] == "CSE 8A"
    assert (await catalog.find_courses("linera algebra"))[0] == "MATH 18"
    pages = [
        page async for page in catalog.pages("offering", "ListOfferings", term=FALL_2024, page_size=1000)
    ]
    assert len({each.id for page in pages for each in page.offerings}) == 8688


async def outcomes_of(put: Any, items: list[Any]) -> dict[str, int]:
    """How many items of each outcome there are."""
    counted: Counter[str] = Counter()
    for batch in batches(items):
        counted.update(outcomes(await put(*batch)))
    return dict(counted)
