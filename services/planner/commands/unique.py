"""What the database's unique constraints refuse, said in the planner's words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg.errors import UniqueViolation

from runtime.refusal import Refusal


@contextmanager
def unique_or(refusal: Refusal) -> Iterator[None]:
    """Raises `refusal` when the statement inside breaks a unique constraint; the transaction is over then."""
    try:
        yield
    except UniqueViolation as error:
        raise refusal from error
