"""Requirements: the catalog's trees of rules, and the flat rows that the frontends and the scraper know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from albertplus.catalog.v1 import pool_pb2
from albertplus.catalog.v1.requirement_pb2 import Requirement

from gateway.functions.prerequisites import codes

Row = dict[str, Any]


def to_flat(roots: Iterable[Requirement]) -> list[Row]:
    """The rows that say the same as the trees, as far as rows can; groups that count whole are flattened."""
    return [row for root in roots for row in _rows(root)]


def from_flat(rows: Iterable[Row]) -> list[Requirement]:
    """The trees of rows; a row that asks for nothing is left out."""
    return [node for row in rows if (node := _node(row)) is not None]


def _rows(node: Requirement) -> Iterator[Row]:
    kind = node.WhichOneof("rule")
    common: Row = {"isMajor": node.major}
    if node.description or node.title:
        common["description"] = node.description or node.title
    if kind == "courses":
        yield {"type": "required", "courses": list(node.courses.codes), **common}
    elif kind == "some":
        everything = node.some.n == len(node.some.pool.codes) > 1
        rule = "required" if everything else "alternative"
        yield {"type": rule, "courses": list(node.some.pool.codes), **common}
    elif kind == "credits":
        yield {**_options(node.credits), **common}
    elif kind == "k_of" and node.k_of.k < len(node.k_of.children):
        yield from _choice(node.k_of.children, common)
    else:
        for child in (*node.all_of.children, *node.k_of.children):
            yield from _rows(child)


def _choice(children: Sequence[Requirement], common: Row) -> Iterator[Row]:
    """Some of the children: one row if they name courses only, else whatever each of them says."""
    if all(child.WhichOneof("rule") in ("courses", "some") for child in children):
        named = [code for child in children for code in (*child.courses.codes, *child.some.pool.codes)]
        yield {"type": "alternative", "courses": list(dict.fromkeys(named)), **common}
        return
    for child in children:
        yield from _rows(child)


def _options(credits: Requirement.CreditsFrom) -> Row:
    levels = [{"program": each.subject, "level": float(each.level)} for each in credits.pool.subject_levels]
    return {
        "type": "options",
        "courses": list(credits.pool.codes),
        "courseLevels": levels,
        "creditsRequired": credits.min,
    }


def _node(row: Row) -> Requirement | None:
    named = codes(row["courses"])
    if row["type"] == "options":
        return _common(
            row, credits=Requirement.CreditsFrom(min=row["creditsRequired"], pool=_pool(row, named))
        )
    if not named:
        return None
    if row["type"] == "alternative":
        return _common(row, some=Requirement.CoursesFrom(n=1, pool=pool_pb2.Pool(codes=named)))
    return _common(row, courses=Requirement.CourseSet(codes=named))


def _pool(row: Row, named: list[str]) -> pool_pb2.Pool:
    levels = [
        pool_pb2.SubjectLevel(subject=each["program"], level=int(each["level"]))
        for each in row["courseLevels"]
    ]
    return pool_pb2.Pool(codes=named, subject_levels=levels)


def _common(row: Row, **rule: Any) -> Requirement:
    return Requirement(major=row["isMajor"], description=row.get("description", ""), **rule)
