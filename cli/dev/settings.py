"""The environment of each process of a local system."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.dev.layout import Gateway
from cli.dev.ports import LOOPBACK
from cli.dev.webhook_secret import webhook_secret

if TYPE_CHECKING:
    from cli.dev.system import System


# Everybody here has one address, and whoever measures is one user with a thousand sessions.
_NO_QUOTAS = dict.fromkeys(
    (
        "ALBERTPLUS_SESSIONS_PER_USER",
        "ALBERTPLUS_SESSIONS_PER_ADDRESS",
        "ALBERTPLUS_CONNECTS_PER_SECOND",
        "ALBERTPLUS_FAILED_SIGN_INS_PER_SECOND",
        "ALBERTPLUS_MUTATIONS_PER_SECOND",
        "ALBERTPLUS_QUERIES_PER_SECOND",
    ),
    "0",
)


def service_settings(system: System, service: str, port: int) -> dict[str, str]:
    """What a replica of a service is told."""
    settings = {
        **_common(system, service),
        "ALBERTPLUS_GRPC_PORT": str(port),
        "ALBERTPLUS_DATABASE_URL": system.databases[service],
    }
    if service == "planner":
        settings["ALBERTPLUS_CATALOG_ADDRESS"] = _addresses(system, "catalog")
    return settings


def gateway_settings(system: System, gateway: Gateway) -> dict[str, str]:
    """What a replica of the gateway is told."""
    return {
        **_common(system, "gateway"),
        "ALBERTPLUS_GRPC_PORT": str(gateway.grpc),
        "ALBERTPLUS_PORT": str(gateway.http),
        "ALBERTPLUS_SITE_PORT": str(gateway.site),
        "ALBERTPLUS_ISSUERS": issuer_url(system),
        "ALBERTPLUS_CLERK_WEBHOOK_SECRET": webhook_secret(system.home.path),
        **_NO_QUOTAS,
        **{
            f"ALBERTPLUS_{service.upper()}_ADDRESS": _addresses(system, service)
            for service in system.databases
        },
    }


def issuer_settings(system: System) -> dict[str, str]:
    """What the local sign-in is told."""
    return {
        "ALBERTPLUS_HOME": str(system.home.path),
        "ALBERTPLUS_ISSUER_PORT": str(system.layout.issuer),
    }


def issuer_url(system: System) -> str:
    """Where the local sign-in is."""
    return f"http://{LOOPBACK}:{system.layout.issuer}"


def _common(system: System, process: str) -> dict[str, str]:
    return {
        "ALBERTPLUS_HOST": LOOPBACK,
        "ALBERTPLUS_NATS_URL": system.nats.url(),
        "ALBERTPLUS_SIGNING_KEY_FILE": str(system.keys.private(process)),
        "ALBERTPLUS_TRUSTED_KEYS_FILE": str(system.keys.trusted),
        "ALBERTPLUS_LOG_FORMAT": "console",
    }


def _addresses(system: System, service: str) -> str:
    return ",".join(system.layout.addresses(service))
