"""The table of the acceptance service and the ways it is read."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, Index, MetaData, Table, Text, Uuid

from runtime.table_keys import dependency_keys

metadata = MetaData()

documents = Table(
    "documents",
    metadata,
    Column("seq", BigInteger, primary_key=True),
    Column("id", Uuid, nullable=False, unique=True),
    Column("channel", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("author", Text),
    Column("created", DateTime(timezone=True), nullable=False),
    Index("documents_channel", "channel", "seq"),
)

dependency_keys(documents, by_channel=("channel",), by_id=("id",))
