"""Where queries read from."""

from __future__ import annotations

from typing import Any, Protocol

from sqlalchemy import Executable


class Source(Protocol):
    """A read transaction, or the database itself for a query of one statement."""

    async def one(self, source: Executable, **parameters: Any) -> Any | None: ...

    async def all(self, source: Executable, **parameters: Any) -> list[Any]: ...
