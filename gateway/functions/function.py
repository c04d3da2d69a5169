"""Functions: what clients of the Convex door can call, each a name, a kind, a contract and a body."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any

from gateway.functions.context import Context
from gateway.functions.validators import Validator

Args = dict[str, Any]
Body = Callable[[Context, Args], Awaitable[Any]]


class Kind(StrEnum):
    """What a function may do: only read, change something, or anything at all."""

    QUERY = "query"
    MUTATION = "mutation"
    ACTION = "action"


class Access(Enum):
    """Who may call a function."""

    ANYONE = "anyone"
    SIGNED_IN = "signed in"
    ADMIN = "administrator"


@dataclass(frozen=True)
class Function:
    """One function. `run` gets checked arguments and returns a Convex value."""

    name: str
    """Module and function, such as ``courses:getCourseByCode``."""
    kind: Kind
    access: Access
    args: Validator
    returns: Validator
    run: Body
    doc: str
    personal: bool = False
    """The result depends on who calls, so it is never shared between callers."""

    @property
    def module(self) -> str:
        """The part of the name before the colon."""
        return self.name.partition(":")[0]

    @property
    def short_name(self) -> str:
        """The part of the name behind the colon."""
        return self.name.partition(":")[2]


class FunctionTable:
    """Functions by name."""

    def __init__(self, functions: Iterable[Function]) -> None:
        """Raises ValueError when two have one name."""
        self._by_name: dict[str, Function] = {}
        for function in functions:
            if function.name in self._by_name:
                raise ValueError(f"two functions are called {function.name}")
            self._by_name[function.name] = function

    def find(self, name: str) -> Function | None:
        """The function that clients mean by `name`; None if there is none."""
        return self._by_name.get(canonical_name(name))

    def __iter__(self) -> Iterator[Function]:
        return iter(self._by_name.values())

    def __len__(self) -> int:
        return len(self._by_name)

    def __add__(self, more: Iterable[Function]) -> FunctionTable:
        """Both together."""
        return FunctionTable((*self, *more))


def canonical_name(name: str) -> str:
    """A function's name in its one form: ``courses.js:get`` is ``courses:get``, ``courses`` is its default.

    >>> canonical_name("dir/courses.js")
    'dir/courses:default'
    """
    module, colon, function = name.rpartition(":")
    if not colon:
        module, function = name, "default"
    return f"{module.removesuffix('.js')}:{function or 'default'}"
