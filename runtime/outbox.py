"""The write side in the database: outbox, changelog, and the triggers that fill them.

Every statement that changes a tracked table writes the dependency keys of its old and new rows into
``outbox`` in its own transaction, whatever sent it. ``sequence_outbox`` moves visible rows into
``changelog`` with a contiguous ``seq``: the row lock on ``log_head`` serialises the movers, and the
second statement's newer snapshot sees everything that was committed before the lock was had.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Table

from runtime.keys import NULL, whole_table
from runtime.table_keys import declared_keys

MAX_ROWS_WITH_OWN_KEYS = 1000
"""A statement that touches more rows than this announces the whole table instead of each row.

As many as an import writes at once: else each of its batches would make everybody's queries run again."""
MAX_CHANGE_BYTES = 512 * 1024
"""Nor are keys told that are longer than this in all: the broker takes 1 MiB."""
MAX_WRITE_SET_BYTES = 4096
"""A transaction's own write set is kept exact up to about this size."""

INFRASTRUCTURE = f"""
create table if not exists outbox (
  id bigint generated always as identity primary key,
  xid xid8 not null default pg_current_xact_id(),
  keys text[] not null
);
create table if not exists changelog (
  seq bigint primary key,
  xid xid8 not null,
  keys text[] not null,
  at timestamptz not null default clock_timestamp()
);
create table if not exists log_head (
  one boolean primary key default true check (one),
  seq bigint not null
);
insert into log_head (seq) values (0) on conflict do nothing;

create table if not exists facts (
  id uuid primary key default uuidv7(),
  name text not null,
  subject text not null,
  payload jsonb not null,
  at timestamptz not null default clock_timestamp()
);

create table if not exists idempotency (
  key text primary key,
  caller text not null,
  request_hash bytea not null,
  response bytea,
  write_set text[],
  xid xid8 not null default pg_current_xact_id(),
  epoch bigint not null,
  at timestamptz not null default clock_timestamp()
);
create index if not exists idempotency_at on idempotency (at);
create index if not exists idempotency_caller on idempotency (caller);

create table if not exists erased_subjects (
  subject text primary key,
  at timestamptz not null default clock_timestamp()
);
create table if not exists parked_facts (
  id uuid primary key default uuidv7(),
  consumer text not null,
  subject text not null,
  payload bytea not null,
  problem text not null,
  at timestamptz not null default clock_timestamp()
);

create or replace function key_part(value text) returns text language sql immutable parallel safe as
$$ select coalesce(
     replace(replace(replace(replace(value, '%', '%25'), '/', '%2F'), '*', '%2A'), chr(10), '%0A'), '{NULL}'
   ) $$;

create or replace function announce(new_keys text[]) returns void language plpgsql as $$
declare own text := coalesce(current_setting('albertplus.write_set', true), '');
declare tables text[] := array(select distinct split_part(k, '/', 1) || '/*' from unnest(new_keys) k);
begin
  if pg_column_size(new_keys) > {MAX_CHANGE_BYTES} then new_keys := tables; end if;
  insert into outbox (keys) values (new_keys);
  if length(own) > {MAX_WRITE_SET_BYTES} or pg_column_size(new_keys) > 4 * {MAX_WRITE_SET_BYTES} then
    new_keys := tables;
  end if;
  perform set_config('albertplus.write_set', own || array_to_string(new_keys, chr(10)) || chr(10), true);
end $$;

create or replace function sequence_outbox(max_rows int)
returns table (seq bigint, xid xid8, keys text[]) language plpgsql as $$
declare head bigint; moved bigint;
begin
  if not exists (select 1 from outbox) then return; end if;
  select h.seq into head from log_head h for update;
  return query
    with taken as (
      delete from outbox o where o.id = any(array(select id from outbox order by id limit max_rows))
      returning o.id, o.xid, o.keys
    )
    insert into changelog as c (seq, xid, keys)
    select head + row_number() over (order by t.id), t.xid, t.keys from taken t
    returning c.seq, c.xid, c.keys;
  get diagnostics moved = row_count;
  update log_head set seq = head + moved where moved > 0;
end $$;
"""


def trigger_ddl(service: str, table: Table) -> str:
    """The statements that make every write of `table` announce its dependency keys; safe to run again."""
    name = table.name
    whole = whole_table(f"{service}.{name}")
    old_or_new = {"insert": "new_rows", "delete": "old_rows"}
    return f"""
create or replace function announce_{name}() returns trigger language plpgsql as $$
declare found text[];
begin
  if tg_op = 'TRUNCATE' then
    found := array['{whole}'];
  elsif tg_op = 'INSERT' then
    {_collect("new_rows", ("new_rows",), service, table)}
  elsif tg_op = 'DELETE' then
    {_collect("old_rows", ("old_rows",), service, table)}
  else
    {_collect("new_rows", ("old_rows", "new_rows"), service, table)}
  end if;
  if found is not null then perform announce(found); end if;
  return null;
end $$;
create or replace trigger announce_update after update on {name}
  referencing old table as old_rows new table as new_rows
  for each statement execute function announce_{name}();
create or replace trigger announce_truncate after truncate on {name}
  for each statement execute function announce_{name}();
""" + "".join(
        f"""create or replace trigger announce_{operation} after {operation} on {name}
  referencing {rows.removesuffix("_rows")} table as {rows}
  for each statement execute function announce_{name}();
"""
        for operation, rows in old_or_new.items()
    )


def _collect(counted: str, sources: Iterable[str], service: str, table: Table) -> str:
    whole = whole_table(f"{service}.{table.name}")
    keys = ", ".join(_prefixes(service, table)) or f"'{service}.{table.name}/row'"
    rows = " union all ".join(f"select unnest(array[{keys}]) k from {source}" for source in sources)
    return f"""if (select count(*) from (select 1 from {counted} limit {MAX_ROWS_WITH_OWN_KEYS + 1}) r)
         > {MAX_ROWS_WITH_OWN_KEYS} then
      found := array['{whole}'];
    else
      select array_agg(distinct k) into found from ({rows}) s;
    end if;"""


def _prefixes(service: str, table: Table) -> Iterable[str]:
    for index, columns in declared_keys(table).items():
        for depth in range(1, len(columns) + 1):
            values = "".join(f" || '/' || key_part({column}::text)" for column in columns[:depth])
            yield f"'{service}.{table.name}/{index}'{values}"
