"""Statements: built with SQLAlchemy Core once, compiled once, run straight through the driver.

Rendering a statement through SQLAlchemy on each execution costs several times what the database needs
for a point read, so a statement is compiled when it is first used and kept with its read keys.
"""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Executable, TextClause
from sqlalchemy.dialects.postgresql import psycopg as psycopg_dialect
from sqlalchemy.sql.expression import ClauseElement

from runtime.read_keys import KeyTemplate, templates

_DIALECT = psycopg_dialect.dialect()  # type: ignore[no-untyped-call]
_DECLARED = "reads"
StatementT = TypeVar("StatementT", bound=Executable)


@dataclass(frozen=True, slots=True)
class Statement:
    """A compiled statement: text for psycopg, values fixed in it, and what it reads."""

    sql: str
    fixed: Mapping[str, Any]
    reads: tuple[KeyTemplate, ...] | None
    """None: the text hides what it reads, and nobody declared it."""

    def parameters(self, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """The values of all parameters; `given` wins over those fixed in the statement."""
        return {**self.fixed, **given} if self.fixed else given

    def keys(self, service: str, values: Mapping[str, Any]) -> list[str]:
        """The dependency keys of `service` that are read with these values; `reads` must be known."""
        return [key for template in self.reads or () for key in template.keys(service, values)]


_compiled: weakref.WeakKeyDictionary[Executable, Statement] = weakref.WeakKeyDictionary()


def statement(source: Executable) -> Statement:
    """`source` compiled for psycopg; the work is done once for each statement object."""
    found = _compiled.get(source)
    if found is None:
        found = _compiled[source] = _compile(source)
    return found


def depends_on(source: StatementT, *keys: str) -> StatementT:
    """Declares the dependency keys of a statement whose text says nothing about them (`text(...)`)."""
    declared: StatementT = source.execution_options(**{_DECLARED: keys})
    return declared


def _compile(source: Executable) -> Statement:
    assert isinstance(source, ClauseElement)
    compiled: Any = source.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
    if getattr(compiled, "insert_prefetch", ()) or getattr(compiled, "update_prefetch", ()):
        raise TypeError(f"a default of a column belongs in the database (server_default): {compiled}")
    fixed = {
        name: value
        for name, value in compiled.params.items()
        if name not in compiled.binds or not compiled.binds[name].required
    }
    return Statement(sql=str(compiled), fixed=fixed, reads=_reads(source))


def _reads(source: Executable) -> tuple[KeyTemplate, ...] | None:
    declared = source.get_execution_options().get(_DECLARED)
    if declared is not None:
        return tuple(KeyTemplate.literal(key) for key in declared)
    return None if isinstance(source, TextClause) else templates(source)
