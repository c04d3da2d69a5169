"""docs/reference/functions.md: every function that clients of the Convex protocol can call."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from cli.codegen.naming import node_of
from cli.codegen.nodes import laid_out
from gateway.functions.function import Function
from gateway.functions.table import FUNCTIONS
from gateway.routes import ROUTES
from tools.reference import markdown
from tools.reference.markdown import code, plain, table

_INTRODUCTION = """# Functions

What the official Convex clients can call at the gateway's HTTP address, each a line in
`gateway/functions/table.py`. A *query* is live. Those marked *own* are about what belongs to the signed-in
caller. The types are those that `albertplus codegen` writes.

A function *refuses with* a `ConvexError`, whose data reaches the client, and *fails with* a plain error,
whose text does unless the deployment redacts it. When nobody is signed in it fails with "Not authenticated",
when no administrator is, with "Unauthorized: Admin access required"; for other arguments than it takes with
"ArgumentValidationError: …". What a service says against the values of arguments it refuses with."""

_ROUTES = """## HTTP routes

What the scraper posts, as JSON with the header `X-API-KEY`, at the HTTP address and at the port after it; any
number of slashes may lead the path. The answer is `200 {data}`; `401 {error}` without the key;
`400 {error, issues, refused}` for what breaks a rule, item by item, where a list's `data` says what was
written all the same; `404` for other paths; `500 {error}` for what is no JSON and for what failed."""


def page() -> str:
    """The whole page."""
    modules = groupby(FUNCTIONS, key=lambda function: function.module)
    sections = (_section(name, list(members)) for name, members in modules)
    return markdown.page(
        _INTRODUCTION, *sections, _ROUTES + "\n\n" + table(["path", "scope", "does"], _routes())
    )


def _section(module: str, members: list[Function]) -> str:
    rows = table(["function", "", "may call", "does"], map(_row, members))
    return f"## {code(module)}\n\n{rows}\n\n```ts\n" + "\n".join(map(_types, members)) + "\n```"


def _row(function: Function) -> tuple[str, ...]:
    who = "own" if function.personal else function.access.value
    return code(function.short_name), str(function.kind), who, plain(function.doc)


def _types(function: Function) -> str:
    """The arguments and the result, as TypeScript."""
    arguments = laid_out(node_of(function.args), column=len(function.short_name) + 1)
    start = f"{function.short_name}({arguments}):"
    result = laid_out(node_of(function.returns), column=len(start.rpartition("\n")[2]) + 1)
    return start + result if result.startswith("\n") else f"{start} {result}"


def _routes() -> Iterator[tuple[str, ...]]:
    return (
        (code(path), code(scope), plain(handler.__doc__ or "")) for path, (handler, scope) in ROUTES.items()
    )
