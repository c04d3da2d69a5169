"""docs/reference/functions.md: every function that clients of the Convex protocol can call."""

from __future__ import annotations

from itertools import groupby

from gateway.functions.function import Function
from gateway.functions.table import FUNCTIONS
from tools.reference import markdown
from tools.reference.markdown import code, first_sentence, table

_INTRODUCTION = """# Functions

What the official Convex clients can call at the gateway's HTTP address, each a line in
`gateway/functions/table.py`. A *query* is live. Those marked *own* are about what belongs to the signed-in
caller. Arguments and results are in the types that `albertplus codegen` writes."""


def page() -> str:
    """The whole page."""
    modules = groupby(FUNCTIONS, key=lambda function: function.module)
    return markdown.page(_INTRODUCTION, *(_section(name, list(members)) for name, members in modules))


def _section(module: str, members: list[Function]) -> str:
    return f"## {code(module)}\n\n" + table(["function", "", "may call", "does"], map(_row, members))


def _row(function: Function) -> tuple[str, ...]:
    who = "own" if function.personal else function.access.value
    return code(function.short_name), str(function.kind), who, first_sentence(function.doc)
