"""Forgetting a person: what is stored under a subject goes, and nothing is stored under it again.

Tables say by `owned_by` which column names the subject that a row belongs to. From that follow the deletion
of all of somebody's rows, and a trigger that refuses new ones: a token may outlive its account by a while,
and what was erased must not come back through it. Subjects are never given to somebody else (OpenID Connect
Core, section 2), so the bar stays for good.
"""

from __future__ import annotations

from google.protobuf.empty_pb2 import Empty
from sqlalchemy import Delete, MetaData, Table, bindparam, delete

from runtime.audit import anonymise
from runtime.auth import Kind
from runtime.bus import Bus
from runtime.consumer import Consumer, Fact
from runtime.db import Database, WriteTx
from runtime.owners import owner_of

USER_DELETED = "UserDeleted"
"""Identity's fact that an account is gone for good."""
USER_DATA_ERASED = "UserDataErased"
"""Each service's fact that it has forgotten somebody; its subject is the id of the erasure."""

_BAR = "insert into erased_subjects (subject) values (%(subject)s) on conflict do nothing"
_ANSWERS = "delete from idempotency where caller = %(caller)s returning true"
_NAMING = "delete from idempotency where position(%s in response) > 0"


class Eraser:
    """Forgets subjects in one service's tables."""

    def __init__(self, tables: MetaData) -> None:
        self._deletions = [_deletion(table) for table in tables.sorted_tables if owner_of(table)]

    async def erase_rows(self, tx: WriteTx, subject: str) -> int:
        """Deletes the rows of `subject` and bars new ones. Answers how many rows that were."""
        await tx.run(_BAR, {"subject": subject})
        rows = 0
        for each in self._deletions:
            rows += await tx.execute(each, subject=subject)
        return rows

    async def erase_subject(self, tx: WriteTx, subject: str) -> int:
        """Deletes the rows of `subject` and the answers kept for its repeats, and bars new ones.

        The audit log keeps what was done and no longer says by whom; those rows are not counted.
        """
        await anonymise(tx, subject)
        rows = await self.erase_rows(tx, subject)
        return rows + len(await tx.run(_ANSWERS, {"caller": f"{Kind.USER}:{subject}"}))


def erasing(db: Database, bus: Bus, tables: MetaData) -> Consumer:
    """What makes a service forget a user of whom identity says that the account is gone."""
    eraser = Eraser(tables)

    async def forget(fact: Fact) -> None:
        if fact.data.get("subject_is_gone") is not True:
            return  # another account speaks for the same subject
        subject, erasure = fact.text("user_subject"), fact.text("erasure_id")
        await _forget_answers(db, {subject, fact.text("subject")})

        async def work(tx: WriteTx) -> Empty:
            rows = await eraser.erase_subject(tx, subject)
            await tx.emit(USER_DATA_ERASED, erasure, {"service": db.service, "row_count": rows})
            return Empty()

        await db.mutate(Empty(), work)

    return Consumer(db, bus, f"{db.service}-erasing", f"identity.{USER_DELETED}.*", forget)


async def _forget_answers(db: Database, names: set[str]) -> None:
    """Deletes answers to others that name the subject.

    On its own: it looks at every stored answer, which as part of a SERIALIZABLE transaction would be a
    conflict with every mutation. A repeat of a mutation whose answer is gone is one more mutation, so only
    answers that hold the whole name as a field are.
    """
    async with db.connections.one() as connection:
        for name in names:
            await connection.execute(_NAMING, [_as_field(name.encode())])


def _as_field(text: bytes) -> bytes:
    """A text as it stands in a serialised message, behind its length."""
    length, prefix = len(text), bytearray()
    while length > 0x7F:
        prefix.append(length & 0x7F | 0x80)
        length >>= 7
    return bytes((*prefix, length)) + text


def _deletion(table: Table) -> Delete:
    column = table.c[owner_of(table) or ""]
    return delete(table).where(column == bindparam("subject"))
