"""Where a call comes from."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from contextvars import ContextVar
from urllib.parse import unquote

import grpc

FORWARDED_FOR = "x-forwarded-for"

current_address: ContextVar[str] = ContextVar("address", default="")
"""The client's address, in the task that serves it; empty where nobody has said."""


class Proxies:
    """The proxies that are believed when they say for whom they call."""

    def __init__(self, networks: Iterable[str] = ()) -> None:
        self._networks = [ipaddress.ip_network(each, strict=False) for each in networks]

    def client(self, peer: str, forwarded_for: str = "") -> str:
        """Who calls: the last in X-Forwarded-For that is no proxy of ours, if a proxy of ours says so."""
        said = [each.strip() for each in forwarded_for.split(",") if each.strip()]
        found = peer
        while said and self._trusts(found):
            found = said.pop()
        return found

    def of_call(self, context: grpc.aio.ServicerContext[object, object]) -> str:
        """Who makes a gRPC call."""
        said = [value for key, value in context.invocation_metadata() or () if key == FORWARDED_FOR]
        return self.client(peer_address(context.peer()), ",".join(str(each) for each in said))

    def _trusts(self, address: str) -> bool:
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self._networks)


def peer_address(peer: str) -> str:
    """The address in what gRPC calls a peer, as in ``ipv4:10.0.0.7:50112`` or ``ipv6:%5B::1%5D:50112``."""
    kind, _, rest = unquote(peer).partition(":")
    return rest.rpartition(":")[0].strip("[]") if kind in ("ipv4", "ipv6") else peer
