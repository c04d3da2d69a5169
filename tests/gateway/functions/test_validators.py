"""Arguments are checked in the words of Convex."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.convex.values import Bytes, Int64
from gateway.functions.errors import ArgumentValidationError
from gateway.functions.validators import (
    ANY,
    BOOLEAN,
    BYTES,
    INTEGER,
    NULL,
    NUMBER,
    STRING,
    Array,
    Id,
    Object,
    Record,
    Validator,
    literals,
    nullable,
    shown,
)

UUID = "0199f4b2-6c1e-7d5a-9a57-0b1c2d3e4f50"
PERSON = Object({"name": STRING, "tags": Array(literals("a", "b"))}, {"age": NUMBER})


@pytest.mark.parametrize(
    ("validator", "right", "wrong"),
    [
        (STRING, ["", "x"], [1.0, None, True]),
        (NUMBER, [1.0, float("nan")], ["1", True, Int64(1)]),
        (BOOLEAN, [True], [1.0, "true"]),
        (INTEGER, [Int64(1)], [1.0]),
        (BYTES, [Bytes(b"")], ["x"]),
        (NULL, [None], [0.0]),
        (ANY, [None, {"a": [1.0]}], []),
        (Id("courses"), [UUID], ["", "nope", UUID.upper(), 1.0, UUID + "0"]),
        (literals("a", "b"), ["a", "b"], ["c", 1.0]),
        (nullable(STRING), ["x", None], [1.0]),
        (Array(STRING), [[], ["x"]], [["x", 1.0], "x"]),
        (Record(NUMBER), [{}, {"a": 1.0}], [{"a": "1"}, []]),
        (PERSON, [{"name": "x", "tags": []}, {"name": "x", "tags": ["a"], "age": 1.0}], [{}, [], "x"]),
    ],
)
def test_values_are_in_the_set_or_not(validator: Validator, right: list[Any], wrong: list[Any]) -> None:
    assert all(validator.matches(each) for each in right)
    assert not any(validator.matches(each) for each in wrong)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (
            {"tags": []},
            "Object is missing the required field `name`. Consider wrapping the field validator in "
            "`v.optional(...)` if this is expected.\n\nObject: {tags: []}\nValidator: v.object({name: "
            'v.string(), tags: v.array(v.union(v.literal("a"), v.literal("b"))), age: '
            "v.optional(v.float64())})",
        ),
        (
            {"name": "x", "tags": ["a", "c"]},
            'Value does not match validator.\nPath: .tags[1]\nValue: "c"\n'
            'Validator: v.union(v.literal("a"), v.literal("b"))',
        ),
        (
            {"name": 1.0, "tags": []},
            "Value does not match validator.\nPath: .name\nValue: 1.0\nValidator: v.string()",
        ),
        ([], f"Value does not match validator.\nValue: []\nValidator: {PERSON}"),
    ],
)
def test_what_is_wrong_is_said(value: Any, text: str) -> None:
    with pytest.raises(ArgumentValidationError) as error:
        PERSON.check(value)
    assert str(error.value) == text
    assert error.value.text == f"ArgumentValidationError: {text}"


def test_what_is_too_much_is_named() -> None:
    with pytest.raises(ArgumentValidationError, match="contains extra field `x` that is not in the val"):
        PERSON.check({"name": "x", "tags": [], "x": None})


def test_a_huge_value_is_shown_cut() -> None:
    for value in ("x" * 20_000_000, ["x"] * 1_000_000, {str(n): "x" for n in range(100_000)}):
        assert len(shown(value)) < 3_000


def test_values_are_shown_as_people_write_them() -> None:
    value = {"a b": None, "c": [True, 1.5, Int64(2), float("inf")], "d": 'say "hi"\n', "e": Bytes(b"")}
    assert shown(value) == ('{"a b": null, c: [true, 1.5, 2n, Infinity], d: "say \\"hi\\"\\n", e: [bytes]}')


def test_the_sets_are_typescript_types() -> None:
    assert PERSON.typescript() == '{ name: string; tags: Array<"a" | "b">; age?: number }'
    assert Id("courses").typescript() == 'Id<"courses">'
    assert PERSON.partial().without("tags").typescript() == "{ name?: string; age?: number }"
