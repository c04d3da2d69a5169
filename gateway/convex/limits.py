"""How much one client of the Convex door may have under way, and how many clients there may be."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.limit_settings import LimitSettings

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ConvexLimits:
    """What the settings say, as plain values."""

    connections: int = 12_000
    """Connections at once."""
    calls: int = 500
    """Calls of one client under way: beyond, it is not listened to until some are over."""
    call_bytes: int = 32 * _MIB
    """How long their messages may be together."""
    watched_bytes: int = 64 * _MIB
    """How long the messages may be together that asked for what one client watches."""

    @classmethod
    def of(cls, settings: LimitSettings) -> ConvexLimits:
        """What the settings say."""
        return cls(
            settings.max_sockets,
            settings.calls_per_session,
            settings.call_bytes_per_session,
            settings.watched_bytes_per_session,
        )


DEFAULT_LIMITS = ConvexLimits()
