"""An answer that changed was announced: what a query read and what the change wrote have a key in common."""

from __future__ import annotations

import random
from typing import Any

import pytest

from tests.catalog.client import FALL, SPRING, Catalog, course, offering, program
from tests.support.rpc import Answer, Refused

QUERIES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("course", "GetCourse", {"code": "L 1"}),
    ("course", "ListCourses", {}),
    ("course", "ListCourses", {"level": "graduate"}),
    ("course", "ListCourses", {"level": "graduate", "schools": ["Law", "Arts"]}),
    ("course", "ListCourses", {"schools": ["Law"], "page_size": 1}),
    ("course", "ListCourses", {"subject": "L"}),
    ("course", "ListCourses", {"query": "seminar"}),
    ("course", "ListCourses", {"query": "semniar", "level": "graduate"}),
    ("course", "BatchGetCourses", {"codes": ["L 1", "M 2"]}),
    ("offering", "GetOffering", {"section": {"term": FALL, "class_number": 1}}),
    ("offering", "ListOfferings", {"term": FALL}),
    ("offering", "ListOfferings", {"term": SPRING, "query": "seminar"}),
    ("offering", "ListOfferings", {"term": FALL, "query": "topcis"}),
    ("offering", "ListOfferings", {"term": FALL, "course_codes": ["L 1", "M 2"]}),
    ("offering", "ListOfferings", {"term": FALL, "corequisite_of": 1}),
    ("offering", "ListOfferings", {"term": SPRING, "statuses": [2], "days": [1]}),
    ("offering", "BatchGetOfferings", {"sections": [{"term": FALL, "class_number": n} for n in (1, 2)]}),
    ("program", "ListPrograms", {"level": "graduate", "school": "Law"}),
    ("program", "ListPrograms", {"query": "topics"}),
)
LEVELS, SCHOOLS = ("undergraduate", "graduate"), ("Arts", "Law")
TITLES = ("Seminar", "Topics", "Seminar on Topics", "Semniar")


def _random_batch(chance: random.Random) -> tuple[str, str, dict[str, Any]]:
    common = {"level": chance.choice(LEVELS), "school": chance.choice(SCHOOLS)}
    title, number = chance.choice(TITLES), chance.randint(1, 4)
    code = f"{chance.choice('LM')} {number}"
    kind = chance.choice(("course", "offering", "program"))
    if kind == "course":
        return kind, "BatchUpsertCourses", {"courses": [course(code, title, **common)]}
    if kind == "program":
        return kind, "BatchUpsertPrograms", {"programs": [program(title, **common)]}
    section = offering(
        number,
        code,
        title=title,
        term=chance.choice((FALL, SPRING)),
        status=chance.choice((1, 2)),
        corequisite_of=chance.choice([other for other in (1, 2, 5) if other != number]),
        meetings=[{"days": [chance.choice((1, 2))]}],
        **common,
    )
    return kind, "BatchUpsertOfferings", {"offerings": [section]}


async def _ask(catalog: Catalog, query: tuple[str, str, dict[str, Any]]) -> tuple[bytes, set[str]]:
    """What a query answers, or is refused with, and the keys it read."""
    noun, method, fields = query
    try:
        answer: Answer = await catalog.answer(noun, method, **fields)
    except Refused as refused:
        reads = refused.reads.reads if refused.reads else ()
        return refused.reason.encode(), {key for read in reads for key in read.keys}
    return answer.message.SerializeToString(deterministic=True), answer.read_keys


def meet(read: set[str], written: set[str]) -> bool:
    """Whether the sets have a key in common, ``table/*`` standing for every key of a table."""
    whole = {key.removesuffix("/*") for key in read | written if key.endswith("/*")}
    tables = {key.split("/")[0] for key in read} & {key.split("/")[0] for key in written}
    return bool(read & written) or bool(whole & tables)


@pytest.mark.parametrize("seed", range(3))
async def test_an_answer_that_changed_was_announced(catalog: Catalog, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a test that can be repeated
    known = {at: await _ask(catalog, query) for at, query in enumerate(QUERIES)}
    changed = 0
    for _ in range(25):
        noun, method, fields = _random_batch(chance)
        written = (await catalog.answer(noun, method, **fields)).written_keys
        for at, query in enumerate(QUERIES):
            answer, reads = await _ask(catalog, query)
            if answer != known[at][0]:
                changed += 1
                assert meet(known[at][1], written), f"{query} changed unannounced: {written}"
            known[at] = answer, reads
    assert changed > 25
