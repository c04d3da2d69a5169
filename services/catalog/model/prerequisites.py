"""Prerequisites: a tree of rules.

A node is a dict in the shape of the Prerequisite message: `{"all": {"rules": [...]}}`, `{"course":
{"code": "CSCI-UA 101"}}` and so on.
"""

from __future__ import annotations

from collections.abc import Iterator

from services.catalog.model import trees
from services.catalog.model.batch import Violation
from services.catalog.model.text import line
from services.catalog.model.trees import Node

MAX_DEPTH = 20
MAX_NODES = 500
_GROUPS = ("all", "any", "n_of")


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
