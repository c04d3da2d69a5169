"""Items of a batch on their way in, and their results on the way out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import protovalidate
from albertplus.catalog.v1 import upsert_pb2
from google.protobuf.message import Message

from runtime.interceptors import field_path
from services.catalog.model.batch import Result, Violation


def violations(item: Message) -> list[Violation]:
    """The rules of the protos that an item breaks."""
    return [
        Violation(field_path(each.proto), each.proto.message)
        for each in protovalidate.collect_violations(item)
    ]


def results(results: Sequence[Result]) -> Iterable[upsert_pb2.UpsertResult]:
    """The results of a batch, in the order of its items."""
    return (
        upsert_pb2.UpsertResult(
            index=index,
            outcome=int(result.outcome),  # type: ignore[arg-type]
            id=result.id,
            violations=[
                upsert_pb2.FieldViolation(field=each.field, description=each.rule)
                for each in result.violations
            ],
        )
        for index, result in enumerate(results)
    )
