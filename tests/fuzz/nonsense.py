"""Nonsense with a shape: JSON as clients might send it, wrong in one place or in all."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from gateway.functions.table import FUNCTIONS

NUMBERS = st.integers() | st.floats() | st.sampled_from([2**31, 2**53, 2**63, 2**64, -1, 1e308])
TEXTS = st.text(max_size=40) | st.sampled_from(
    [
        "",
        "\x00",
        "\ud800",
        "$integer",
        "$bytes",
        "AAAAAAAAAAA=",
        "null",
        "🙈" * 20,
        "'; --",
        "[" * 50,
        "eyJh.b.c",
    ]
)
ATOMS = st.none() | st.booleans() | NUMBERS | TEXTS
JSON = st.recursive(
    ATOMS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXTS, inner, max_size=5),
    max_leaves=25,
)


def like(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """An object with these fields, some of them missing, some of them anything."""
    return st.fixed_dictionaries({}, optional={name: each | JSON for name, each in fields.items()})


SMALL = st.integers(-1, 3) | st.sampled_from([2**32 - 1, 2**32])
PATHS = st.sampled_from(
    [each.name for each in FUNCTIONS] + ["test:count", "test:echo", "test:send", "", "a", ":"]
)
ARGS = st.lists(JSON, max_size=2)
CHANGE = like(type=st.sampled_from(["Add", "Remove"]), queryId=SMALL, udfPath=PATHS, args=ARGS, journal=TEXTS)
MESSAGES = st.one_of(
    like(
        type=st.just("Connect"), sessionId=st.uuids().map(str), maxObservedTimestamp=TEXTS, clientTs=NUMBERS
    ),
    like(
        type=st.just("ModifyQuerySet"),
        baseVersion=SMALL,
        newVersion=SMALL,
        modifications=st.lists(CHANGE, max_size=4),
    ),
    like(type=st.sampled_from(["Mutation", "Action"]), requestId=SMALL, udfPath=PATHS, args=ARGS),
    like(
        type=st.just("Authenticate"),
        tokenType=st.sampled_from(["User", "Admin", "None"]),
        value=TEXTS,
        baseVersion=SMALL,
    ),
    like(type=st.just("Event")),
    JSON,
)
