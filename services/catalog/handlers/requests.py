"""What list and batch requests have alike: page tokens, ids."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from google.protobuf.message import Message

from runtime.paging import PageToken, filters_hash
from services.catalog.queries.listing import Page
from services.catalog.queries.positions import Position


def position(request: Any) -> Position | None:
    """The place a request's page token stands for; None for the first page. Refuses another list's token."""
    return PageToken.decode(request.page_token, _method(request), filters_hash(request))


def next_token(request: Message, page: Page) -> str:
    """The token of the page behind `page`; empty when there is none."""
    if page.next is None:
        return ""
    return PageToken.encode(_method(request), filters_hash(request), page.next)


def _method(request: Message) -> str:
    return request.DESCRIPTOR.full_name


def by_canonical_id(ids: Iterable[str]) -> dict[str, str]:
    """Ids as rows have them, each once, with how the caller wrote them."""
    return {each.lower(): each for each in ids}
