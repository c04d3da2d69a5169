"""Which process listens where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cli.dev import ports
from cli.errors import CommandError

SERVICES = ("catalog", "planner", "identity")
MAX_REPLICAS = 2

# Distance of each process's port from the gateway's HTTP port.
_GATEWAY = ((0, 2, 1), (6, 7, 8))  # (HTTP, gRPC, HTTP for the scraper) of each replica
_ISSUER, _POSTGRES, _NATS = 3, 4, 5
_SERVICE = {"catalog": 11, "planner": 12, "identity": 13}
_NEXT_REPLICA = 10
_FURTHEST = max(_SERVICE.values()) + _NEXT_REPLICA * (MAX_REPLICAS - 1)


@dataclass(frozen=True)
class Gateway:
    """The doors of one gateway."""

    http: int
    grpc: int
    site: int = 0
    """The HTTP door again, where the scraper looks for it; 0: anywhere."""


@dataclass(frozen=True)
class Layout:
    """Every port of a local system; `services` has one port per replica."""

    gateways: tuple[Gateway, ...]
    issuer: int
    postgres: int
    nats: int
    services: dict[str, tuple[int, ...]]

    @classmethod
    def at(cls, port: int, replicas: int) -> Layout:
        """Everything at fixed distances from `port`, the gateway's; 0 finds a free port for each process."""
        if not 0 <= port <= 65535 - _FURTHEST:
            raise CommandError(f"{port} is not a usable port", hint=f"choose 0 to {65535 - _FURTHEST}")
        if not 1 <= replicas <= MAX_REPLICAS:
            raise CommandError(f"{replicas} replicas are not possible", hint=f"choose 1 to {MAX_REPLICAS}")
        place = _AnyPort() if port == 0 else _Distance(port)
        return cls(
            gateways=tuple(Gateway(*map(place, distances)) for distances in _GATEWAY[:replicas]),
            issuer=place(_ISSUER),
            postgres=place(_POSTGRES),
            nats=place(_NATS),
            services={
                name: tuple(place(distance + _NEXT_REPLICA * number) for number in range(replicas))
                for name, distance in _SERVICE.items()
            },
        )

    def require_free(self) -> None:
        """Refuse when any of the ports is in use."""
        for port, what in self.uses():
            ports.require_free(port, what)

    def addresses(self, service: str) -> list[str]:
        """`host:port` of each replica of a service."""
        return [f"{ports.LOOPBACK}:{port}" for port in self.services[service]]

    def uses(self) -> Iterator[tuple[int, str]]:
        """Each port, and what listens there."""
        for gateway in self.gateways:
            yield gateway.http, "the gateway's HTTP"
            yield gateway.grpc, "the gateway's gRPC"
            if gateway.site:
                yield gateway.site, "the scraper's door"
        yield self.issuer, "the local sign-in"
        yield self.postgres, "PostgreSQL"
        yield self.nats, "NATS"
        for name, replicas in self.services.items():
            yield from ((port, name) for port in replicas)


@dataclass(frozen=True)
class _Distance:
    base: int

    def __call__(self, distance: int) -> int:
        return self.base + distance


class _AnyPort:
    """A free port for each distance, never the same twice."""

    def __init__(self) -> None:
        self._free = iter(ports.free_ports(_FURTHEST + 1))

    def __call__(self, distance: int) -> int:
        return next(self._free)
