"""Pages of what is listed in the order of ids."""

from __future__ import annotations

import uuid

from runtime.paging import PageToken
from runtime.refusal import InvalidPageToken

DEFAULT_PAGE_SIZE = 50


def last_id(page_token: str, listed: str, filters: str) -> str | None:
    """The id in a page token, None for an empty one. Refuses with InvalidPageToken."""
    position = PageToken.decode(page_token, listed, filters)
    if position is None:
        return None
    try:
        (last,) = position
        return str(uuid.UUID(str(last)))
    except ValueError as error:
        raise InvalidPageToken from error
