"""Exactly once: a mutation's response is kept beside its effects, in the same transaction.

The first statement of a mutation claims the key. A concurrent repeat waits there for the first one; a later
repeat finds the stored answer and the write set, so that its caller can invalidate what the first would have.
Failures are rolled back with everything else and so are never stored.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from albertplus.live.v1 import read_set_pb2
from google.protobuf import descriptor_pool, message_factory
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.message import Message

from runtime.audit import APPEND_IF_WRITTEN
from runtime.keys import collapse
from runtime.outbox import MAX_WRITE_SET_BYTES
from runtime.refusal import IdempotencyKeyReused

if TYPE_CHECKING:
    from runtime.context import Call
    from runtime.db import WriteTx

ResponseT = TypeVar("ResponseT", bound=Message)

_CLAIM = """
insert into idempotency (key, caller, request_hash, epoch)
values (%(key)s, %(caller)s, %(request_hash)s, %(epoch)s) on conflict (key) do nothing returning true
"""
_STORED = """
select caller, request_hash, response, write_set, xid::text as xid, epoch, at
from idempotency where key = %(key)s
"""
_WRITTEN = """
select string_to_array(rtrim(current_setting('albertplus.write_set', true), chr(10)), chr(10)) as write_set,
       coalesce(pg_current_xact_id_if_assigned()::text, '0') as xid, clock_timestamp() as at
"""
_KEEP = f"""
with written as ({_WRITTEN}), kept as (
  update idempotency set response = %(response)s, write_set = written.write_set
  from written where key = %(key)s returning idempotency.at
)
select written.write_set, written.xid, kept.at from written, kept
"""
TRIM = "delete from idempotency where at < now() - interval '14 days'"


@dataclass(frozen=True, slots=True)
class Written:
    """What a transaction changed."""

    write_set_keys: tuple[str, ...]
    xid: int
    at: datetime

    def write_set(self, service: str, epoch: int) -> read_set_pb2.WriteSet:
        """The write set for the wire, rounded up until it fits."""
        keys = collapse(self.write_set_keys, MAX_WRITE_SET_BYTES)
        return read_set_pb2.WriteSet(
            service=service, epoch=epoch, xid=self.xid, keys=keys, commit_time=self.at
        )


@dataclass(frozen=True, slots=True)
class Stored:
    """The outcome of an earlier mutation with the same key."""

    packed: bytes
    written: Written
    epoch: int

    def response(self) -> Message:
        """The response the first caller got."""
        packed = AnyMessage.FromString(self.packed)
        descriptor = descriptor_pool.Default().FindMessageTypeByName(packed.TypeName())
        response = message_factory.GetMessageClass(descriptor)()
        packed.Unpack(response)
        return response


async def begin(tx: WriteTx, call: Call, request: Message, epoch: int) -> Stored | None:
    """Claims the call's idempotency key, or answers what was stored under it.

    Raises IdempotencyKeyReused when the key belongs to another caller or another request.
    """
    if call.idempotency_key is None:
        return None
    caller = f"{call.caller.kind}:{call.caller.subject}"
    request_hash = _hash(call.method, request)
    claim = {
        "key": call.idempotency_key,
        "caller": caller,
        "request_hash": request_hash,
        "epoch": epoch,
    }
    if await tx.run(_CLAIM, claim):
        return None
    (row,) = await tx.run(_STORED, {"key": call.idempotency_key})
    if row.caller != caller or bytes(row.request_hash) != request_hash:
        raise IdempotencyKeyReused(call.idempotency_key)
    return Stored(row.response, Written(tuple(row.write_set or ()), int(row.xid), row.at), row.epoch)


async def commit(
    tx: WriteTx, call: Call, response: Message, entry: Mapping[str, str] | None = None
) -> Written:
    """Stores `response` under the call's key, if it has one, and its entry of the audit log, and commits."""
    first, values = ("", {}) if entry is None else (APPEND_IF_WRITTEN, dict[str, Any](entry))
    if call.idempotency_key is None:
        row = await tx.commit(_WRITTEN, values, first=first)
    else:
        packed = AnyMessage()
        packed.Pack(response)
        values |= {"key": call.idempotency_key, "response": packed.SerializeToString()}
        row = await tx.commit(_KEEP, values, first=first)
    return Written(tuple(key for key in row.write_set or () if key), int(row.xid), row.at)


def _hash(method: str, request: Message) -> bytes:
    return hashlib.blake2b(
        method.encode() + b"\0" + request.SerializeToString(deterministic=True), digest_size=16
    ).digest()
