"""Page tokens (AIP-158): opaque, and good only for the method and filters that returned them."""

from __future__ import annotations

import base64
import binascii
import hashlib

import orjson
from google.protobuf.message import Message

from runtime.refusal import InvalidPageToken

Position = list[str | int | float | None]
_PAGING = ("page_token", "page_size", "end_page_token")


class PageToken:
    """Makes and reads page tokens."""

    @staticmethod
    def encode(method: str, filters: str, position: Position) -> str:
        """The token after `position`, for `method` with `filters` (see `filters_hash`)."""
        return (
            base64.urlsafe_b64encode(orjson.dumps([_bound(method, filters), *position])).decode().rstrip("=")
        )

    @staticmethod
    def decode(token: str, method: str, filters: str) -> Position | None:
        """The position in `token`; None for an empty token. Raises InvalidPageToken for any other's."""
        if not token:
            return None
        try:
            raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
            bound, *position = orjson.loads(raw)
        except (binascii.Error, ValueError, TypeError) as error:
            raise InvalidPageToken from error
        if bound != _bound(method, filters):
            raise InvalidPageToken
        return list(position)


def filters_hash(request: Message) -> str:
    """A digest of everything in a list request but its paging fields."""
    filters = type(request)()
    filters.CopyFrom(request)
    for name in _PAGING:
        if name in filters.DESCRIPTOR.fields_by_name:
            filters.ClearField(name)
    return hashlib.blake2b(filters.SerializeToString(deterministic=True), digest_size=12).hexdigest()


def _bound(method: str, filters: str) -> str:
    return hashlib.blake2b(f"{method}\0{filters}".encode(), digest_size=9).hexdigest()
