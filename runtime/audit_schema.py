"""The audit log in the database: who did what with more rights than a student's, kept so that changes show.

A mutation appends its row in its own transaction. A later step, *sealing*, numbers the rows that have been
committed and chains them by hashes; it is not part of the mutation, because a chain's head would be in the
way of all mutations at once. A row can be sealed once and otherwise neither changed nor deleted.

Who acted is a commitment, the hash of a salt and the subject, which `audit_actors` explains. Without that row
nobody can say who it was, and no hash of the chain is the wiser.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, LargeBinary, MetaData, Table, Text, Uuid

metadata = MetaData()
log = Table(
    "audit_log",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("at", DateTime(timezone=True)),
    Column("actor", LargeBinary),
    Column("kind", Text),
    Column("process", Text),
    Column("method", Text),
    Column("request_id", Text),
    Column("summary", Text),
    Column("outcome", Text),
    Column("seq", BigInteger),
    Column("hash", LargeBinary),
)
actors = Table(
    "audit_actors",
    metadata,
    Column("actor", LargeBinary, primary_key=True),
    Column("kind", Text),
    Column("subject", Text),
    Column("salt", Uuid),
)

_TABLES = """
create table if not exists audit_actors (
  actor bytea primary key,
  kind text not null,
  subject text not null,
  salt uuid not null,
  unique (subject, kind)
);
create table if not exists audit_log (
  id uuid primary key default uuidv7(),
  at timestamptz not null default clock_timestamp(),
  actor bytea not null,
  kind text not null,
  process text not null,
  method text not null,
  request_id text not null,
  summary text not null,
  outcome text not null,
  seq bigint unique,
  hash bytea
);
create index if not exists audit_log_unsealed on audit_log (id) where seq is null;
"""
_HASHES = """
create or replace function audit_commitment(actor_kind text, actor_subject text, actor_salt uuid)
returns bytea language sql immutable as
$$ select sha256(convert_to(actor_salt::text || ':' || actor_kind || ':' || actor_subject, 'UTF8')) $$;

create or replace function audit_hash(before bytea, number bigint, entry audit_log)
returns bytea language sql stable as $$
  select sha256(before || convert_to(string_agg(octet_length(v) || ':' || v, ',' order by n), 'UTF8'))
  from unnest(array[
    number::text, entry.id::text, (extract(epoch from entry.at) * 1000000)::bigint::text,
    encode(entry.actor, 'hex'), entry.kind, entry.process, entry.method, entry.request_id, entry.summary,
    entry.outcome
  ]) with ordinality as fields (v, n)
$$;
"""
_WRITING = """
create or replace function audit_append(
  actor_kind text, actor_subject text, process text, method text, request_id text, summary text, outcome text
) returns void language plpgsql as $$
declare who bytea; new_salt uuid;
begin
  select a.actor into who from audit_actors a where a.subject = actor_subject and a.kind = actor_kind;
  if who is null then
    new_salt := gen_random_uuid();
    who := audit_commitment(actor_kind, actor_subject, new_salt);
    insert into audit_actors (actor, kind, subject, salt) values (who, actor_kind, actor_subject, new_salt);
  end if;
  insert into audit_log (actor, kind, process, method, request_id, summary, outcome)
  values (who, actor_kind, process, method, request_id, summary, outcome);
end $$;

create or replace function audit_seal(max_rows int)
returns table (sealed_seq bigint, sealed_hash bytea) language plpgsql as $$
declare entry audit_log; number bigint; before bytea;
begin
  if not exists (select 1 from audit_log where seq is null) then return; end if;
  perform pg_advisory_xact_lock(hashtext('audit_seal'));
  select l.seq, l.hash into number, before
  from audit_log l where l.seq is not null order by l.seq desc limit 1;
  number := coalesce(number, 0);
  before := coalesce(before, ''::bytea);
  for entry in select * from audit_log l where l.seq is null order by l.id limit max_rows loop
    number := number + 1;
    before := audit_hash(before, number, entry);
    update audit_log l set seq = number, hash = before where l.id = entry.id;
    sealed_seq := number;
    sealed_hash := before;
    return next;
  end loop;
end $$;
"""


def audit_ddl(service: str) -> str:
    """The tables, what writes them, and what keeps others from it; safe to run again."""
    return _TABLES + _HASHES + _WRITING + _guards(service)


def _guards(service: str) -> str:
    return f"""
create or replace function audit_guard() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    if old.seq is null and new.seq is not null and (new.id, new.at, new.actor, new.kind, new.process,
        new.method, new.request_id, new.summary, new.outcome) is not distinct from (old.id, old.at, old.actor,
        old.kind, old.process, old.method, old.request_id, old.summary, old.outcome) then
      return new;
    end if;
  end if;
  raise exception 'the audit log is only ever added to' using errcode = 'insufficient_privilege';
end $$;
create or replace function audit_announce() returns trigger language plpgsql as $$
begin
  perform announce(array['{service}.' || tg_table_name || '/*']);
  return null;
end $$;
create or replace trigger audit_rows_stay before update or delete on audit_log
  for each row execute function audit_guard();
create or replace trigger audit_table_stays before truncate on audit_log
  for each statement execute function audit_guard();
create or replace trigger audit_sealed after update on audit_log
  for each statement execute function audit_announce();
create or replace trigger audit_forgotten after update or delete on audit_actors
  for each statement execute function audit_announce();
"""
