"""What the protos say about each RPC: whether it is a query, who may call it, its message types."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from albertplus.live.v1 import access_pb2
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message

from runtime.principal import ORIGIN


class UndeclaredAccess(TypeError):
    """An RPC does not say who may call it, so it must not be served."""


@dataclass(frozen=True, slots=True)
class Method:
    """One RPC."""

    name: str
    """The full name without a leading slash, ``albertplus.catalog.v1.CourseService/GetCourse``."""
    service: str
    """The service that answers it, ``catalog``: the second part of its package."""
    is_query: bool
    """It has no side effects, so its result can be watched."""
    access: int
    """Who may call it, a value of `access_pb2.Access`."""
    request: type[Message]
    response: type[Message]
    streaming: bool
    callers: tuple[str, ...] = (ORIGIN,)
    """The processes that may make the call."""
    processes: tuple[str, ...] = ()
    """Those of them that may call on their own behalf."""
    scope: str = ""
    """What an API key has to be allowed; empty: keys have no business here."""


class Methods:
    """The RPCs of some gRPC services, by name."""

    def __init__(self, services: Iterable[str]) -> None:
        """`services` are full names of proto services. Raises UndeclaredAccess when one says too little."""
        self._by_name = {method.name: method for service in services for method in _methods(service)}

    def find(self, name: str) -> Method | None:
        """The RPC with this full name, ``package.Service/Method``."""
        return self._by_name.get(name)

    def __iter__(self) -> Iterator[Method]:
        return iter(self._by_name.values())


def _methods(service: str) -> Iterator[Method]:
    for method in descriptor_pool.Default().FindServiceByName(service).methods:
        yield _method(method)


def _method(method: MethodDescriptor) -> Method:
    options = method.GetOptions()
    name = f"{method.containing_service.full_name}/{method.name}"
    access: int = options.Extensions[access_pb2.access]  # type: ignore[index]  # generated as a plain descriptor
    if access == access_pb2.ACCESS_UNSPECIFIED:
        raise UndeclaredAccess(f"{name} has no (albertplus.live.v1.access) option")
    return Method(
        name=name,
        service=method.containing_service.full_name.split(".")[1],
        is_query=options.idempotency_level == descriptor_pb2.MethodOptions.NO_SIDE_EFFECTS,
        access=access,
        request=message_factory.GetMessageClass(method.input_type),
        response=message_factory.GetMessageClass(method.output_type),
        streaming=method.client_streaming or method.server_streaming,
        callers=(ORIGIN, *options.Extensions[access_pb2.callers]),  # type: ignore[index]
        processes=tuple(options.Extensions[access_pb2.processes]),  # type: ignore[index]
        scope=options.Extensions[access_pb2.scope],  # type: ignore[index]
    )
