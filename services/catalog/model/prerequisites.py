"""Prerequisites: a tree of rules, and AlbertPlus's flat rows that map into it and back.

A node is a dict in the shape of the Prerequisite message: `{"all": {"rules": [...]}}`, `{"course":
{"code": "CSCI-UA 101"}}` and so on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from services.catalog.model import trees
from services.catalog.model.batch import Violation
from services.catalog.model.text import line
from services.catalog.model.trees import Node

MAX_DEPTH = 20
MAX_NODES = 500
_GROUPS = ("all", "any", "n_of")
Flat = dict[str, Any]


def children(node: Node, path: str) -> Iterator[tuple[str, Node]]:
    """The rules directly below a node, each with its path."""
    for group in _GROUPS:
        for at, rule in enumerate(node.get(group, {}).get("rules", ())):
            yield f"{path}.{group}.rules[{at}]", rule
    if "negation" in node:
        yield f"{path}.negation.rule", node["negation"].get("rule", {})


def check(tree: Node) -> list[Violation]:
    """The limits a tree breaks."""
    return list(trees.limits([("prerequisite", tree)], children, MAX_DEPTH, MAX_NODES))


def clean(tree: Node) -> list[tuple[str, str]]:
    """Makes the codes in a tree comparable, in place; answers each course it names, with its path.

    Codes of a pool are not among them: a pool may describe courses that the catalog does not have.
    """
    named = []
    for path, node in trees.walk("prerequisite", tree, children):
        if "course" in node:
            node["course"]["code"] = line(node["course"]["code"])
            named.append((f"{path}.course.code", node["course"]["code"]))
        trees.clean_pool(node.get("credits", {}).get("pool"))
    return named


def from_flat(rows: Sequence[Flat]) -> Node | None:
    """The tree of AlbertPlus's rows: `required` = all courses, `alternative` = one of them, `options` =
    creditsRequired credits from them; several rows must all hold. None for no rows."""
    rules = [rule for row in rows for rule in _rules(row)]
    return _group("all", rules) if rules else None


def to_flat(tree: Node | None) -> list[Flat]:
    """The flat rows that say the same as `tree`, as far as they can; what they cannot say is left out.

    `to_flat(from_flat(rows))` says the same as `rows`.
    """
    if tree is None:
        return []
    parts = tree["all"]["rules"] if "all" in tree else [tree]
    required = [part["course"]["code"] for part in parts if "course" in part]
    rows: list[Flat] = [{"type": "required", "courses": required}] if required else []
    rows.extend(row for part in parts if "course" not in part for row in _flat(part))
    return rows


def _rules(row: Flat) -> list[Node]:
    courses: list[Node] = [{"course": {"code": line(code)}} for code in row["courses"]]
    if row["type"] == "options":
        pool = {"codes": [rule["course"]["code"] for rule in courses]}
        return [{"credits": {"min": float(row["creditsRequired"]), "pool": pool}}]
    if row["type"] == "alternative" and len(courses) > 1:
        return [_group("any", courses)]
    return courses


def _group(kind: str, rules: list[Node]) -> Node:
    return rules[0] if len(rules) == 1 else {kind: {"rules": rules}}


def _flat(part: Node) -> list[Flat]:
    if "all" in part:
        return to_flat(part)
    if "credits" in part:
        codes = part["credits"].get("pool", {}).get("codes", [])
        return [{"type": "options", "courses": codes, "creditsRequired": part["credits"]["min"]}]
    if "any" in part and all("course" in rule for rule in part["any"]["rules"]):
        codes = [rule["course"]["code"] for rule in part["any"]["rules"]]
        return [{"type": "alternative", "courses": codes}]
    return []
