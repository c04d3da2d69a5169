"""Clerk's webhooks: what was sent, whether it is Clerk who sent it, and what it says of an account.

Nothing is read from a body before its signature is right. The library checks signature and time (five
minutes either way); here is what it leaves open: which secret speaks for which issuer, and that whatever
else is in the headers is a refusal and no error.
"""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from gateway.claims import MAX_SUBJECT_LENGTH

MAX_BODY = 256 * 1024
MAX_ID = 100
MAX_EMAIL = 320
MIN_SECRET = 16
MAX_SIGNATURES = 2_000
SECRET = "whsec_"  # noqa: S105 - what every secret begins with
_LATEST = 253_402_300_799_000  # the last millisecond of the year 9999, and some
_PRESENT = ("user.created", "user.updated")
_DELETED = "user.deleted"


class Malformed(ValueError):
    """What was sent is not a webhook of Clerk's; the text says why and quotes nothing of it."""


class Forged(Exception):
    """What was sent is not signed with any of our secrets, or not now."""


@dataclass(frozen=True, slots=True)
class Event:
    """A webhook that Clerk sent."""

    message: str
    """The message's id, the same each time it is sent."""
    issuer: str
    type: str
    data: Mapping[str, Any]

    @property
    def is_of_user(self) -> bool:
        """Whether it is about an account."""
        return self.type in (*_PRESENT, _DELETED)

    @property
    def is_deletion(self) -> bool:
        """Whether the account is gone."""
        return self.type == _DELETED


@dataclass(frozen=True, slots=True)
class Secrets:
    """The secrets that are good for signing, each with the issuer for which it speaks."""

    issuers: tuple[tuple[str, Webhook], ...]

    @classmethod
    def read(cls, entries: Sequence[str], home: str) -> Secrets:
        """Secrets as in the settings: ``whsec_…`` for the issuer `home`, ``ISSUER=whsec_…`` for another.

        Raises ValueError that says which entry is wrong, not what it is.
        """
        return cls(tuple(_entry(at, entry, home) for at, entry in enumerate(entries, 1)))

    def verify(self, headers: Mapping[str, str], body: bytes) -> Event:
        """The event in a request. Raises Malformed and Forged."""
        standard = _headers(headers)
        for issuer, webhook in self.issuers:
            try:
                webhook.verify(body, standard, json_parse=False)
            except WebhookVerificationError:
                continue
            except ValueError as error:  # of a header or a body that cannot be decoded
                raise Malformed("the signature is no signature") from error
            return _event(standard["webhook-id"], issuer, body)
        raise Forged


@dataclass(frozen=True, slots=True)
class Account:
    """What an event says an account is like."""

    subject: str
    email: str | None
    admin: bool
    update_time: datetime


def subject(event: Event) -> str:
    """Whose account it is about. Raises Malformed."""
    found = event.data.get("id")
    if not isinstance(found, str) or not 0 < len(found) <= MAX_SUBJECT_LENGTH or not found.isprintable():
        raise Malformed("data.id is no id of a user")
    return found


def account(event: Event) -> Account:
    """What it says of the account, which is there. Raises Malformed."""
    updated = event.data.get("updated_at")
    if type(updated) is not int or not 0 <= updated <= _LATEST:
        raise Malformed("data.updated_at is no time in milliseconds")
    metadata = event.data.get("public_metadata")
    return Account(
        subject=subject(event),
        email=_primary_email(event.data),
        admin=isinstance(metadata, dict) and metadata.get("is_admin") is True,
        update_time=datetime.fromtimestamp(updated / 1000, UTC),
    )


def _primary_email(data: Mapping[str, Any]) -> str | None:
    """The address that the user chose among theirs; None without one, or for one nobody could write to."""
    primary, addresses = data.get("primary_email_address_id"), data.get("email_addresses")
    for each in addresses if primary and isinstance(addresses, list) else ():
        if isinstance(each, dict) and each.get("id") == primary:
            found = each.get("email_address")
            is_address = isinstance(found, str) and 0 < len(found) <= MAX_EMAIL and found.isprintable()
            return found if is_address else None
    return None


def _headers(headers: Mapping[str, str]) -> dict[str, str]:
    """The three headers by the library's names; Svix calls them svix-…. Raises Malformed."""
    found = {}
    for name in ("id", "timestamp", "signature"):
        value = headers.get(f"svix-{name}") or headers.get(f"webhook-{name}") or ""
        if not value.isascii() or not value.isprintable() or len(value) > MAX_SIGNATURES:
            raise Malformed(f"the header svix-{name} is no such thing")
        if not value:
            raise Malformed(f"the header svix-{name} is missing")
        found[f"webhook-{name}"] = value
    if len(found["webhook-id"]) > MAX_ID or not found["webhook-timestamp"].isdigit():
        raise Malformed("the header svix-id or svix-timestamp is no such thing")
    return found


def _event(message: str, issuer: str, body: bytes) -> Event:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Malformed("the body is not JSON") from error
    kind, data = (found.get("type"), found.get("data")) if isinstance(found, dict) else (None, None)
    if not isinstance(kind, str) or not isinstance(data, dict):
        raise Malformed("the body has no type and data")
    return Event(message, issuer, kind, data)


def _entry(at: int, entry: str, home: str) -> tuple[str, Webhook]:
    issuer, mark, secret = entry.rpartition(f"={SECRET}")
    if not mark and entry.startswith(SECRET):
        issuer, secret = home, entry.removeprefix(SECRET)
    with contextlib.suppress(ValueError):
        key = base64.b64decode(secret, validate=True)
        if len(key) >= MIN_SECRET and issuer:
            return issuer, Webhook(key)
    raise ValueError(f"entry {at} is no webhook secret: those begin with {SECRET}, and base64 follows")
