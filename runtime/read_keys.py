"""What a SELECT depends on, derived from its structure.

For every table that occurs anywhere in a statement, the equalities that restrict it are collected and
rounded up to a prefix of one of its declared keys; a table that no declared key fits counts as a whole.
Reading too much into a statement costs a needless run; reading too little would show a stale screen, so
whatever is not understood here widens the answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

from sqlalchemy import BindParameter, Executable, Select, Table
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.elements import (
    BinaryExpression,
    BooleanClauseList,
    CollectionAggregate,
    Grouping,
    TextClause,
)
from sqlalchemy.sql.expression import ClauseElement, ColumnClause, FromClause, Join, TextualSelect
from sqlalchemy.sql.selectable import Alias

from runtime.keys import key, whole_table
from runtime.table_keys import declared_keys, normalise

MAX_KEYS = 128
"""A statement that would name more keys than this depends on shorter prefixes, or on the whole table."""


class HiddenRead(TypeError):
    """A statement contains SQL text, so what it reads has to be declared with `depends_on`."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value a column must be equal to: a parameter, or any element of one."""

    bind: str
    fixed: Any
    any_of: bool
    column_type: Any

    def among(self, parameters: Mapping[str, Any]) -> list[Any]:
        """The values for these parameters; more than one for a list."""
        value = parameters.get(self.bind, self.fixed)
        values = list(value or ()) if self.any_of else [value]
        return [normalise(each, self.column_type) for each in values]


@dataclass(frozen=True, slots=True)
class KeyTemplate:
    """The keys one table contributes: `index` is None for the whole table."""

    table: str
    index: str | None = None
    values: tuple[Value, ...] = ()
    fixed: str | None = None

    @classmethod
    def literal(cls, text: str) -> KeyTemplate:
        """A template that always yields the key `text`."""
        return cls(table="", fixed=text)

    def keys(self, service: str, parameters: Mapping[str, Any]) -> list[str]:
        """The keys for these parameter values."""
        if self.fixed is not None:
            return [self.fixed]
        table = f"{service}.{self.table}"
        if self.index is None:
            return [whole_table(table)]
        choices = [value.among(parameters) for value in self.values]
        while choices and prod(map(len, choices)) > MAX_KEYS:
            choices.pop()  # a shorter prefix covers all the values it leaves out
        if not choices:
            return [whole_table(table)]
        return [key(table, self.index, values) for values in product(*choices)]


def templates(statement: Executable) -> tuple[KeyTemplate, ...]:
    """The keys of every table that `statement` reads. Raises HiddenRead when it reads through SQL text."""
    assert isinstance(statement, ClauseElement)
    found: dict[KeyTemplate, None] = {}
    restricted: set[int] = set()
    for element in visitors.iterate(statement):
        if isinstance(element, TextualSelect) or (isinstance(element, TextClause) and _could_read(element)):
            raise HiddenRead(f"declare what this reads: {element}")
        if isinstance(element, Select):
            for source, facts in _sources(element):
                restricted.add(id(source))
                found[_template(source, facts)] = None
    for element in visitors.iterate(statement):
        # A table reached in some other way than as a FROM of a SELECT that was understood.
        if (
            isinstance(element, Table)
            and id(element) not in restricted
            and not any(id(alias) in restricted for alias in _aliases_of(statement, element))
        ):
            found[KeyTemplate(element.name)] = None
    return tuple(found)


def _could_read(text: TextClause) -> bool:
    words = text.text.lower().split()
    return "select" in words or "from" in words or "join" in words


def _aliases_of(statement: ClauseElement, table: Table) -> Iterator[Alias]:
    return (
        element
        for element in visitors.iterate(statement)
        if isinstance(element, Alias) and element.element is table
    )


Fact = tuple[ColumnClause[Any], "Value | ColumnClause[Any]"]


def _sources(select: Select[Any]) -> Iterator[tuple[FromClause, list[Fact]]]:
    """The tables (or their aliases) in the FROM of `select`, each with the equalities that bind its rows."""
    tables: list[FromClause] = []
    shared: list[Fact] = list(_facts(select.whereclause))
    own: dict[int, list[Fact]] = {}
    for source in select.get_final_froms():
        _walk(source, tables, shared, own)
    for table in tables:
        yield table, shared + own.get(id(table), [])


def _walk(
    source: FromClause, tables: list[FromClause], shared: list[Fact], own: dict[int, list[Fact]]
) -> None:
    if isinstance(source, Join):
        _walk(source.left, tables, shared, own)
        before = len(tables)
        _walk(source.right, tables, shared, own)
        facts = list(_facts(source.onclause))
        if not source.isouter and not source.full:
            shared.extend(facts)
        elif not source.full:
            # Rows of the left side stay whatever ON says; only the right side is restricted by it.
            for table in tables[before:]:
                own.setdefault(id(table), []).extend(facts)
    elif isinstance(source, Table) or (isinstance(source, Alias) and isinstance(source.element, Table)):
        tables.append(source)
    # Subqueries and CTEs are SELECTs of their own and are visited as such.


def _facts(condition: Any) -> Iterator[Fact]:
    if condition is None:
        return
    if isinstance(condition, Grouping):
        yield from _facts(condition.element)
    elif isinstance(condition, BooleanClauseList) and condition.operator is operators.and_:
        for clause in condition.clauses:
            yield from _facts(clause)
    elif isinstance(condition, BinaryExpression) and condition.operator in (operators.eq, operators.in_op):
        yield from _equality(condition)


def _equality(condition: BinaryExpression[Any]) -> Iterator[Fact]:
    left, right = condition.left, condition.right
    if not isinstance(left, ColumnClause):
        left, right = right, left
    if not isinstance(left, ColumnClause):
        return
    if isinstance(right, ColumnClause):
        if condition.operator is operators.eq:
            yield left, right
            yield right, left
        return
    value = _value(left, right, expanding=condition.operator is operators.in_op)
    if value is not None:
        yield left, value


def _value(column: ColumnClause[Any], side: Any, expanding: bool) -> Value | None:
    any_of = expanding
    if isinstance(side, CollectionAggregate) and side.operator is operators.any_op:
        any_of, side = True, side.element
    while isinstance(side, Grouping):
        side = side.element
    if not isinstance(side, BindParameter):
        return None
    fixed = tuple(side.value) if isinstance(side.value, list | tuple | set) else side.value
    return Value(bind=side.key, fixed=fixed, any_of=any_of, column_type=column.type)


def _template(source: FromClause, facts: Iterable[Fact]) -> KeyTemplate:
    table = source if isinstance(source, Table) else source.element  # type: ignore[attr-defined]
    known = _known(source, list(facts))
    best: tuple[str, tuple[Value, ...]] | None = None
    for index, columns in declared_keys(table).items():
        prefix: list[Value] = []
        for column in columns:
            if column not in known:
                break
            prefix.append(known[column])
        if prefix and (best is None or len(prefix) > len(best[1])):
            best = index, tuple(prefix)
    return KeyTemplate(table.name, *best) if best else KeyTemplate(table.name)


def _known(source: FromClause, facts: list[Fact]) -> dict[str, Value]:
    """The columns of `source` that must equal a parameter, directly or through other columns."""
    values = {_identity(column): value for column, value in facts if isinstance(value, Value)}
    for _ in facts:
        for column, other in facts:
            if isinstance(other, ColumnClause) and _identity(other) in values:
                values.setdefault(_identity(column), values[_identity(other)])
    return {name: value for (owner, name), value in values.items() if owner == id(source)}


def _identity(column: ColumnClause[Any]) -> tuple[int, str]:
    return id(column.table), column.name
