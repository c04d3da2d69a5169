"""Page tokens of list requests."""

from __future__ import annotations

from typing import Any

from google.protobuf.message import Message

from runtime.paging import PageToken, filters_hash
from services.catalog.queries.listing import Page, Position


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
