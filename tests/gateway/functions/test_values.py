"""Convex values as JSON."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.convex.values import Bytes, Int64, InvalidValue, decode, encode, encode_plain

KEYS = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=8).filter(
    lambda key: not key.startswith("$")
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES: Any = st.recursive(
    st.none()
    | st.booleans()
    | st.floats(allow_nan=False)
    | TEXTS
    | st.integers(-(2**63), 2**63 - 1).map(Int64)
    | st.binary().map(Bytes),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_what_is_encoded_is_decoded_again(value: Any) -> None:
    again = decode(json.loads(encode(value)))
    assert again == value
    assert encode(again) == encode(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1.0"),
        (1, "1.0"),
        (0.1, "0.1"),
        (-0.0, '{"$float":"AAAAAAAAAIA="}'),
        (math.inf, '{"$float":"AAAAAAAA8H8="}'),
        (-math.inf, '{"$float":"AAAAAAAA8P8="}'),
        (math.nan, '{"$float":"AAAAAAAA+H8="}'),
        (Int64(1), '{"$integer":"AQAAAAAAAAA="}'),
        (Int64(-1), '{"$integer":"//////////8="}'),
        (Bytes(b"hi"), '{"$bytes":"aGk="}'),
        ({"b": None, "a": [True, "ż"]}, '{"a":[true,"ż"],"b":null}'),
    ],
)
def test_a_value_has_one_encoding(value: Any, text: str) -> None:
    assert encode(value).decode() == text


def test_not_a_number_survives() -> None:
    assert math.isnan(decode(json.loads(encode(math.nan))))
    assert math.copysign(1, decode(json.loads(encode(-0.0)))) == -1


@pytest.mark.parametrize(
    "wrong",
    [
        {"$integer": "AQ=="},
        {"$integer": 1},
        {"$float": "AAAAAAAA8D8="},
        {"$bytes": "!"},
        {"$set": []},
        {"a": 1, "$b": 2},
        {"żółw": 1},
        {"a\n": 1},
        {"a" * 1025: 1},
        10**400,
    ],
)
def test_what_is_no_value_is_refused(wrong: Any) -> None:
    with pytest.raises(InvalidValue):
        decode(wrong)


@pytest.mark.parametrize("wrong", [{"$a": 1.0}, {"ż": 1.0}, {1: 2.0}, object(), "\ud800", Int64])
def test_what_is_no_value_is_not_sent(wrong: Any) -> None:
    with pytest.raises(InvalidValue):
        encode(wrong)


def test_nesting_has_an_end() -> None:
    deep: Any = []
    for _ in range(100):
        deep = [deep]
    with pytest.raises(InvalidValue, match="nested"):
        decode(deep)
    with pytest.raises(InvalidValue, match="nested"):
        encode(deep)
    with pytest.raises(InvalidValue, match="64 bits"):
        Int64(2**63)


def test_plain_json_loses_types() -> None:
    value = {"i": Int64(5), "b": Bytes(b"hi"), "n": [math.nan, math.inf, -math.inf, 1.0]}
    plain = {"i": "5", "b": "aGk=", "n": ["NaN", "Infinity", "-Infinity", 1.0]}
    assert json.loads(encode_plain(value)) == plain
