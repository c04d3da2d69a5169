"""Trees of rules in the shape of their messages' fields: dicts with one key for the rule that is set."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from services.catalog.model.batch import Violation
from services.catalog.model.text import line

Node = dict[str, Any]
Children = Callable[[Node, str], Iterator[tuple[str, Node]]]
"""The children of a node at a path, each with its own path."""


def limits(roots: list[tuple[str, Node]], children: Children, depth: int, nodes: int) -> Iterator[Violation]:
    """At most one violation: the trees together are deeper than `depth` or have more than `nodes` nodes."""
    level, count = roots, 0
    for _ in range(depth):
        count += len(level)
        if count > nodes:
            yield Violation(_top(roots), f"must not have more than {nodes} nodes")
            return
        level = [below for path, node in level for below in children(node, path)]
    if level:
        yield Violation(_top(roots), f"must not be deeper than {depth} levels")


def walk(path: str, node: Node, children: Children) -> Iterator[tuple[str, Node]]:
    """Every node of a tree with its path, parents first."""
    yield path, node
    for below, child in children(node, path):
        yield from walk(below, child, children)


def clean_pool(pool: Node | None) -> None:
    """Makes the codes of a pool comparable, in place."""
    if pool:
        if "codes" in pool:
            pool["codes"] = list(dict.fromkeys(map(line, pool["codes"])))
        for each in pool.get("subject_levels", ()):
            each["subject"] = line(each["subject"])


def _top(roots: list[tuple[str, Node]]) -> str:
    return roots[0][0].split(".")[0].split("[")[0]
