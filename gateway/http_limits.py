"""What one HTTP connection may do, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.addresses import Proxies
from gateway.borders import Origins
from gateway.limit_settings import LimitSettings

_MIB = 1024 * 1024


@dataclass(frozen=True)
class HttpLimits:
    """What one connection may do, and whose pages may make it."""

    origins: Origins = field(default_factory=Origins)
    proxies: Proxies = field(default_factory=Proxies)
    behind_tls: bool = False
    message_bytes: int = 32 * _MIB
    request_bytes: int = 32 * _MIB
    head_bytes: int = 64 * 1024
    connections: int = 20_000
    head_seconds: float = 10.0
    body_seconds: float = 60.0
    write_seconds: float = 60.0

    @classmethod
    def of(cls, settings: LimitSettings) -> HttpLimits:
        """What the settings say."""
        return cls(
            Origins(settings.allowed_origins),
            Proxies(settings.trusted_proxies),
            settings.behind_tls,
            settings.max_message_bytes,
            settings.max_request_bytes,
            settings.max_head_bytes,
            settings.max_connections,
            settings.head_seconds,
            settings.body_seconds,
            settings.write_seconds,
        )


DEFAULT_HTTP = HttpLimits()
