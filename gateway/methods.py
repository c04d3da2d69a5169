"""The RPCs that clients may call, found in the generated stubs of the three services.

Nothing is listed by hand: a new RPC in a proto is callable and, if it is a query, live, as soon as its stub
is generated.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import cache

from albertplus.live.v1 import access_pb2

from gateway.errors import UnknownMethod
from runtime.methods import Method, Methods

UPSTREAMS = ("catalog", "planner", "identity")


class PublicMethods:
    """Every unary RPC of the three services, and of `more` proto services, but those between services."""

    def __init__(self, more: Iterable[str] = ()) -> None:
        """Raises UndeclaredAccess when an RPC does not say who may call it."""
        self.services = tuple(sorted((*_service_names(), *more)))
        self._by_name = {method.name: method for method in Methods(self.services) if _is_public(method)}

    def __iter__(self) -> Iterator[Method]:
        return iter(self._by_name.values())

    def get(self, name: str) -> Method:
        """The method of this full name, with or without a leading slash. Raises UnknownMethod."""
        found = self._by_name.get(name.removeprefix("/"))
        if found is None:
            raise UnknownMethod(name.removeprefix("/"), did_you_mean=" or ".join(self.suggestions(name)))
        return found

    def find(self, name: str) -> Method:
        """As `get`, but taking the service's name without its package, and any case."""
        wanted = name.removeprefix("/")
        short = {short_name(method).lower(): method for method in self}
        return short.get(wanted.lower()) or self.get(wanted)

    def suggestions(self, name: str) -> list[str]:
        """The short names most like a name that does not exist."""
        short = {short_name(method).lower(): short_name(method) for method in self}
        wanted = name.removeprefix("/").rpartition(".")[2].lower()
        return [short[match] for match in get_close_matches(wanted, short, n=2, cutoff=0.6)]


@cache
def public_methods() -> PublicMethods:
    """The one table of this process."""
    return PublicMethods()


def short_name(method: Method) -> str:
    """How people call a method: ``CourseService/GetCourse``."""
    return method.name.rpartition(".")[2]


def is_personal(method: Method) -> bool:
    """Whether its results may only be shown to the caller for whom they were made."""
    return method.access not in (access_pb2.ACCESS_ANYONE, access_pb2.ACCESS_SIGNED_IN)


def _is_public(method: Method) -> bool:
    return method.access != access_pb2.ACCESS_SERVICE and not method.streaming


def _service_names() -> Iterator[str]:
    for upstream in UPSTREAMS:
        package = importlib.import_module(f"albertplus.{upstream}.v1")
        for module in pkgutil.iter_modules(package.__path__):
            if module.name.endswith("_service_pb2"):
                file = importlib.import_module(f"{package.__name__}.{module.name}").DESCRIPTOR
                yield from (service.full_name for service in file.services_by_name.values())
