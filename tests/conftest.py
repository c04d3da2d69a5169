"""Fixtures for all tests, and the end of the servers they share."""

from __future__ import annotations

from tests.support.servers import database, empty_database, nats_url, own_nats, servers, test_databases
from tests.support.session import stop_servers

__all__ = ["database", "empty_database", "nats_url", "own_nats", "servers", "test_databases"]


def pytest_unconfigure() -> None:
    """At the end of the session (in the controller, under xdist) nothing is left running."""
    stop_servers()
