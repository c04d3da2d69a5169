"""Prerequisites: the catalog's tree of rules, and the flat rows that the frontends and the scraper know."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from albertplus.catalog.v1 import pool_pb2
from albertplus.catalog.v1.prerequisite_pb2 import Prerequisite

Row = dict[str, Any]
_CODE = re.compile(r"\S+ \S+")


def to_flat(tree: Prerequisite) -> list[Row]:
    """The rows that say the same as `tree`, as far as rows can; what they cannot say is left out."""
    parts = tree.all.rules if tree.WhichOneof("rule") == "all" else [tree]
    required = [code for part in parts if (code := _code(part))]
    rows: list[Row] = [{"type": "required", "courses": required}] if required else []
    return rows + [row for part in parts if not _code(part) for row in _row(part)]


def from_flat(rows: Iterable[Row], known: Callable[[str], bool]) -> Prerequisite | None:
    """The tree of rows, which all have to hold; None when they ask for nothing.

    A course that the catalog does not know yet is kept as text that may turn out to be its code.
    """
    rules = [rule for row in rows for rule in _rules(row, known)]
    return _group(rules, _all) if rules else None


def courses(rows: Iterable[Row]) -> list[str]:
    """The codes that rows name, as the catalog spells them, each once."""
    return list(dict.fromkeys(code for row in rows for code in codes(row["courses"])))


def codes(given: Iterable[str]) -> list[str]:
    """Codes in one spelling, without those that are blank."""
    return [tidy for code in given if (tidy := " ".join(code.split()))]


def _code(part: Prerequisite) -> str:
    """The code of a rule that is a course, or text that may be the code of one; empty for other rules."""
    if part.WhichOneof("rule") == "course":
        return part.course.code
    text = part.opaque.text
    return text if _CODE.fullmatch(text) else ""


def _row(part: Prerequisite) -> list[Row]:
    kind = part.WhichOneof("rule")
    if kind == "all":
        return to_flat(part)
    if kind == "credits":
        pool = list(part.credits.pool.codes)
        return [{"type": "options", "courses": pool, "creditsRequired": part.credits.min}]
    if kind == "any" or (kind == "n_of" and part.n_of.k == 1):
        return _alternative(part.any.rules or part.n_of.rules)
    return []


def _alternative(rules: Sequence[Prerequisite]) -> list[Row]:
    found = [_code(rule) for rule in rules]
    return [{"type": "alternative", "courses": found}] if all(found) else []


def _rules(row: Row, known: Callable[[str], bool]) -> list[Prerequisite]:
    found = codes(row["courses"])
    if row["type"] == "options":
        credits = Prerequisite.CreditsRule(min=row["creditsRequired"], pool=pool_pb2.Pool(codes=found))
        return [Prerequisite(credits=credits)] if row["creditsRequired"] > 0 else []
    each = [_course(code, known) for code in found]
    return [_group(each, _any)] if row["type"] == "alternative" and each else each


def _course(code: str, known: Callable[[str], bool]) -> Prerequisite:
    if known(code):
        return Prerequisite(course=Prerequisite.CourseRule(code=code))
    return Prerequisite(opaque=Prerequisite.Opaque(text=code))


def _group(rules: list[Prerequisite], kind: Callable[[list[Prerequisite]], Prerequisite]) -> Prerequisite:
    return rules[0] if len(rules) == 1 else kind(rules)


def _all(rules: list[Prerequisite]) -> Prerequisite:
    return Prerequisite(all=Prerequisite.All(rules=rules))


def _any(rules: list[Prerequisite]) -> Prerequisite:
    return Prerequisite(any=Prerequisite.Any(rules=rules))
