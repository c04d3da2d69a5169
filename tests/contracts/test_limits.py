"""Everything in a request has a limit, and its comment says which."""

from __future__ import annotations

import re

import pytest
from albertplus.catalog.v1 import rules_pb2
from buf.validate import validate_pb2
from google.protobuf.descriptor import FieldDescriptor

from tests.contracts.schema import comments, request_fields, rules


def has_limit(texts: validate_pb2.FieldRules) -> bool:
    """Whether a text with these rules can only be so long."""
    text = texts.string
    known = text.HasField("max_len") or text.uuid or text.Extensions[rules_pb2.date]
    return bool(known or texts.bytes.HasField("max_len") or texts.bytes.HasField("len"))


def named(fields: list[FieldDescriptor]) -> pytest.MarkDecorator:
    """Parametrise a test by fields."""
    return pytest.mark.parametrize("field", fields, ids=lambda field: field.full_name)


def texts() -> list[FieldDescriptor]:
    return [field for field in request_fields() if field.cpp_type == FieldDescriptor.CPPTYPE_STRING]


@named(texts())
def test_every_text_has_a_longest_length(field: FieldDescriptor) -> None:
    found = rules(field)
    assert has_limit(found.repeated.items if field.is_repeated else found)


@named([field for field in request_fields() if field.is_repeated])
def test_every_list_has_a_longest_length(field: FieldDescriptor) -> None:
    found = rules(field).repeated
    assert found.HasField("max_items") or (found.unique and field.enum_type is not None)


@named([field for field in request_fields() if field.enum_type is not None])
def test_every_enum_is_one_of_those_defined(field: FieldDescriptor) -> None:
    found = rules(field)
    assert (found.repeated.items if field.is_repeated else found).enum.defined_only


@named(request_fields())
def test_every_limit_is_in_the_comment(field: FieldDescriptor) -> None:
    limits = re.findall(r"\b(?:max_len|max_items|lte): (\d+)", str(rules(field)))
    comment = comments()[field.full_name]
    assert [limit for limit in limits if limit not in comment] == []
