"""What the catalog said about the things a command has to look at.

A transaction must not wait for another service, so a command never asks the catalog. When it needs something
that nobody fetched yet it stops with NotFetched; that is fetched and it starts over, in a new transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Generic, TypeAlias, TypeVar

from services.planner.model import Section, SectionKey

KeyT = TypeVar("KeyT", bound=Hashable)
ValueT = TypeVar("ValueT")
OtherT = TypeVar("OtherT")


class NotFetched(Exception):
    """A command needs things that were not fetched: fetch `keys` too and start over."""

    def __init__(self, keys: Iterable[Hashable]) -> None:
        super().__init__(keys)
        self.keys = frozenset(keys)


class Fetched(Generic[KeyT, ValueT]):
    """Things of the catalog by their keys, and which it does not have, as far as it was asked."""

    def __init__(self, asked: Iterable[KeyT] = (), found: Mapping[KeyT, ValueT] | None = None) -> None:
        self._asked = frozenset(asked)
        self._found = dict(found or {})

    def expect(self, keys: Iterable[KeyT]) -> None:
        """Raises NotFetched, for all of `keys` at once that the catalog was not asked for."""
        missing = frozenset(keys) - self._asked
        if missing:
            raise NotFetched(missing)

    def get(self, key: KeyT) -> ValueT | None:
        """The thing, None if the catalog has none. Raises NotFetched if it was not asked for."""
        self.expect([key])
        return self._found.get(key)

    def known(self, keys: Iterable[KeyT]) -> list[ValueT]:
        """Those of `keys` the catalog has, in their order. Raises NotFetched, for all missing at once."""
        wanted = list(keys)
        self.expect(wanted)
        return [self._found[key] for key in wanted if key in self._found]

    def plus(self, asked: Iterable[KeyT], found: Mapping[KeyT, ValueT]) -> Fetched[KeyT, ValueT]:
        """This and what a further question brought."""
        return Fetched(self._asked.union(asked), {**self._found, **found})

    def map(self, convert: Callable[[ValueT], OtherT]) -> Fetched[KeyT, OtherT]:
        """The same with each thing converted."""
        return Fetched(self._asked, {key: convert(value) for key, value in self._found.items()})


Sections: TypeAlias = Fetched[SectionKey, Section]
