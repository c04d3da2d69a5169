"""What list and batch requests have alike: page tokens, ids."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from google.protobuf.message import Message

from runtime.paging import PageToken, filters_hash
from services.catalog.queries.listing import Page, Range
from services.catalog.queries.positions import Position


def part(request: Any) -> Range:
    """The part of a list that a request is for. Refuses another list's tokens."""
    return Range(
        request.page_size,
        _position(request, "page_token"),
        _position(request, "end_page_token"),
        getattr(request, "newest_first", False),
    )


def next_token(request: Message, page: Page) -> str:
    """The token of the page behind `page`; empty when there is none."""
    if page.next is None:
        return ""
    return PageToken.encode(_method(request), filters_hash(request), page.next)


def _position(request: Any, field: str) -> Position | None:
    """The place a token stands for; None for an empty one."""
    return PageToken.decode(getattr(request, field, ""), _method(request), filters_hash(request))


def _method(request: Message) -> str:
    return request.DESCRIPTOR.full_name


def by_canonical_id(ids: Iterable[str]) -> dict[str, str]:
    """Ids as rows have them, each once, with how the caller wrote them."""
    return {each.lower(): each for each in ids}
