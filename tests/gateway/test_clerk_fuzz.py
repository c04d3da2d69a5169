"""Whatever is sent to the webhook's path: it is a webhook, malformed or forged, and never an error."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway import clerk
from gateway.webhooks import _call
from tests.support.webhooks import SECRET, signed, user_event

SECRETS = clerk.Secrets.read([SECRET], "https://clerk.example")
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from(["svix-id", "svix-timestamp", "svix-signature", "webhook-id", "webhook-signature"])
VALUES = st.text(max_size=40) | st.sampled_from(["v1,", "v1,,", "v1 v1", "9" * 400, "1e999", "-1", "v1,AAAA"])
KINDS = st.sampled_from(["user.created", "user.updated", "user.deleted", "session.created"])
FIELDS = ["id", "updated_at", "public_metadata", "email_addresses", "primary_email_address_id"]


def outcome(headers: dict[str, str], body: bytes) -> str:
    """What becomes of a request."""
    try:
        _call(SECRETS.verify(headers, body))
    except clerk.Malformed:
        return "malformed"
    except clerk.Forged:
        return "forged"
    return "taken"


@settings(max_examples=1_000, deadline=500)
@given(st.dictionaries(NAMES, VALUES), st.binary(max_size=200))
def test_headers_of_any_kind_are_refused(headers: dict[str, str], body: bytes) -> None:
    assert outcome(headers, body) in ("malformed", "forged")


@settings(max_examples=1_000, deadline=500)
@given(st.dictionaries(NAMES, VALUES, min_size=1), st.binary(max_size=200))
def test_no_change_of_a_header_keeps_the_signature(headers: dict[str, str], body: bytes) -> None:
    right = signed(user_event("user.deleted", "alice"))
    assert outcome({**right, **headers}, body) in ("malformed", "forged")


@settings(max_examples=1_000, deadline=500)
@given(ANYTHING)
def test_any_json_that_is_signed_is_taken_or_malformed(value: Any) -> None:
    body = json.dumps(value).encode()
    assert outcome(signed(body), body) == "malformed"


@settings(max_examples=2_000, deadline=500)
@given(KINDS, st.dictionaries(st.sampled_from(FIELDS), ANYTHING))
def test_an_event_with_any_fields_is_taken_or_malformed(kind: str, fields: dict[str, Any]) -> None:
    event = json.loads(user_event(kind, "alice"))
    event["data"] |= fields
    body = json.dumps(event).encode()
    assert outcome(signed(body), body) in ("taken", "malformed")


@settings(max_examples=500, deadline=500)
@given(st.binary(max_size=300))
def test_any_bytes_that_are_signed_are_malformed(body: bytes) -> None:
    try:
        headers = signed(body)
    except UnicodeDecodeError:
        headers = signed(b"")
    assert outcome(headers, body) in ("malformed", "forged")


@pytest.mark.parametrize(
    "wrong", ["sk_live_verysecret", "whsec_", "whsec_*", "whsec_AAAA", "https://other.example=secret"]
)
def test_a_wrong_secret_is_named_by_its_place_and_not_shown(wrong: str) -> None:
    with pytest.raises(ValueError, match="entry 2") as refused:
        clerk.Secrets.read([SECRET, wrong], "https://clerk.example")
    assert wrong == "whsec_" or wrong not in str(refused.value)


def test_each_secret_speaks_for_its_own_issuer() -> None:
    other = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
    secrets = clerk.Secrets.read([SECRET, f"https://other.example={other}"], "https://clerk.example")
    body = user_event("user.deleted", "alice")
    assert secrets.verify(signed(body), body).issuer == "https://clerk.example"
    assert secrets.verify(signed(body, secret=other), body).issuer == "https://other.example"
