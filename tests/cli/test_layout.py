"""Which process listens where."""

from __future__ import annotations

import pytest

from cli.dev.layout import Layout
from cli.errors import CommandError


def all_ports(layout: Layout) -> list[int]:
    """Every port of a layout."""
    gateways = [port for gateway in layout.gateways for port in (gateway.http, gateway.grpc)]
    services = [port for replicas in layout.services.values() for port in replicas]
    return [*gateways, *services, layout.issuer, layout.postgres, layout.nats]


@pytest.mark.parametrize("port", [3210, 0, 40_000])
def test_two_of_everything_never_share_a_port(port: int) -> None:
    ports = all_ports(Layout.at(port, 2))
    assert len(ports) == len(set(ports)) == 13


def test_the_gateway_is_where_it_was_asked_to_be() -> None:
    assert Layout.at(4000, 1).gateways[0].http == 4000


def test_a_second_replica_does_not_move_the_first() -> None:
    assert set(all_ports(Layout.at(3210, 1))) < set(all_ports(Layout.at(3210, 2)))


@pytest.mark.parametrize(("port", "replicas"), [(-1, 1), (65_530, 1), (3210, 0), (3210, 3)])
def test_what_does_not_fit_is_refused(port: int, replicas: int) -> None:
    with pytest.raises(CommandError):
        Layout.at(port, replicas)
