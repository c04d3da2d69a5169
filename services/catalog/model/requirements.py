"""Requirements of a program: trees of rules with stable node ids.

A node is a dict in the shape of the Requirement message.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from services.catalog.model import trees
from services.catalog.model.batch import Violation
from services.catalog.model.text import line
from services.catalog.model.trees import Node

MAX_DEPTH = 12
MAX_NODES = 2000
_GROUPS = ("all_of", "k_of")


def children(node: Node, path: str) -> Iterator[tuple[str, Node]]:
    """The requirements directly below a node, each with its path."""
    for group in _GROUPS:
        for at, child in enumerate(node.get(group, {}).get("children", ())):
            yield f"{path}.{group}.children[{at}]", child


def check(roots: Sequence[Node]) -> list[Violation]:
    """The rules a program's requirements break together: their size, and node ids given twice."""
    broken = list(trees.limits(_paths(roots), children, MAX_DEPTH, MAX_NODES))
    return broken or list(_given_twice(roots))


def clean(roots: Sequence[Node]) -> None:
    """Makes the codes in the trees comparable and gives every node without an id one, in place.

    An id that is derived says where the node is, as in "2.1": the same requirements get the same ids.
    """
    taken = {node.get("node_id") for _, node in _walk(roots)}
    for at, root in enumerate(roots, start=1):
        _name(root, str(at), taken)
    for _, node in _walk(roots):
        if "courses" in node:
            node["courses"]["codes"] = list(dict.fromkeys(map(line, node["courses"]["codes"])))
        for leaf in ("credits", "some"):
            trees.clean_pool(node.get(leaf, {}).get("pool"))


def _paths(roots: Sequence[Node]) -> list[tuple[str, Node]]:
    return [(f"requirements[{at}]", root) for at, root in enumerate(roots)]


def _walk(roots: Sequence[Node]) -> Iterator[tuple[str, Node]]:
    for path, root in _paths(roots):
        yield from trees.walk(path, root, children)


def _given_twice(roots: Sequence[Node]) -> Iterator[Violation]:
    seen = set()
    for path, node in _walk(roots):
        name = node.get("node_id")
        if name in seen:
            yield Violation(
                f"{path}.node_id", f"must be unique within the program, but {name} is given twice"
            )
        if name:
            seen.add(name)


def _name(node: Node, place: str, taken: set[str | None]) -> None:
    if not node.get("node_id"):
        name = place
        while name in taken:
            name += "_"
        node["node_id"] = name
        taken.add(name)
    for at, (_, child) in enumerate(children(node, ""), start=1):
        _name(child, f"{place}.{at}", taken)
