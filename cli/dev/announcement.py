"""What run.json says about a running system, for the other commands and for scripts."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cli.dev.ports import LOOPBACK
from cli.dev.settings import issuer_url

if TYPE_CHECKING:
    from cli.dev.layout import Gateway
    from cli.dev.system import System


def announcement(system: System) -> dict[str, object]:
    """The addresses of everything. Passwords are in it: the file is for its owner only."""
    layout = system.layout
    gateways = [_gateway(gateway) for gateway in layout.gateways]
    return {
        "pid": os.getpid(),
        "home": str(system.home.path),
        "gateway": gateways[0],
        "gateways": gateways,
        "issuer": issuer_url(system),
        "services": {service: layout.addresses(service) for service in layout.services},
        "databases": system.databases,
        "postgres": system.postgres.dsn(),
        "nats": system.nats.url(),
        "processes": {server.process.name: server.process.pid for server in system.servers},
    }


def _gateway(gateway: Gateway) -> dict[str, str]:
    found = {"http": f"http://{LOOPBACK}:{gateway.http}", "grpc": f"{LOOPBACK}:{gateway.grpc}"}
    return found | ({"site": f"http://{LOOPBACK}:{gateway.site}"} if gateway.site else {})
