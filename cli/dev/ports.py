"""Ports on the loopback address: which are free, and a clear refusal for those that are not."""

from __future__ import annotations

import contextlib
import errno
import socket

from cli.errors import CommandError

LOOPBACK = "127.0.0.1"


def free_port() -> int:
    """A port nobody listens on right now."""
    return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    """Different ports nobody listens on right now."""
    with contextlib.ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind((LOOPBACK, 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def require_free(port: int, what: str) -> None:
    """Refuse with the way out if someone listens on `port`, which `what` needs."""
    with socket.socket() as probe:
        # As servers do, so that connections of a previous run in TIME_WAIT don't count as "in use".
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            raise _refusal(port, what, error) from error


def _refusal(port: int, what: str, error: OSError) -> CommandError:
    if error.errno == errno.EADDRINUSE:
        return CommandError(
            f"port {port} ({what}) is already in use",
            hint="stop what listens there, or choose others with `--port N` (`--port 0`: any free ones)",
        )
    return CommandError(
        f"port {port} ({what}) cannot be opened: {error.strerror}", hint="choose another with `--port N`"
    )
