"""Whose a row is: tables say which of their columns names the person that a row belongs to.

Apart from `runtime.erasure`, which acts on it, since the schema is made of it too.
"""

from __future__ import annotations

from sqlalchemy import Table

_INFO = "owner"
ERASED = "AP001"
"""The SQLSTATE with which the database refuses a row of somebody who was erased."""


def owned_by(table: Table, column: str) -> None:
    """Declares that `column` is the subject of the user whose row it is. Raises ValueError without one."""
    if column not in table.c:
        raise ValueError(f"{table.name}: there is no column {column}")
    table.info[_INFO] = column


def owner_of(table: Table) -> str | None:
    """The column declared by `owned_by`, if any."""
    column: str | None = table.info.get(_INFO)
    return column


def bar_ddl(table: Table) -> str:
    """The statements that make the database refuse rows of those who were erased; empty for other tables."""
    name, column = table.name, owner_of(table)
    if column is None:
        return ""
    return f"""
create or replace function refuse_erased_{name}() returns trigger language plpgsql as $$
begin
  if exists (select 1 from new_rows n join erased_subjects e on e.subject = n.{column}) then
    raise exception 'the account was deleted' using errcode = '{ERASED}';
  end if;
  return null;
end $$;
""" + "".join(
        f"""create or replace trigger refuse_erased_{operation} after {operation} on {name}
  referencing new table as new_rows
  for each statement execute function refuse_erased_{name}();
"""
        for operation in ("insert", "update")
    )
