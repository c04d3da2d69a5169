"""How much the gateway takes from whom, and from which pages."""

from __future__ import annotations

import ipaddress
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import NoDecode

from runtime.settings import ProcessSettings, split_list

LOOPBACK = "loopback"
_MIB = 1024 * 1024

Names = Annotated[tuple[str, ...], NoDecode]


class LimitSettings(ProcessSettings):
    """The gateway's limits and borders. Users and addresses are counted by each gateway for itself."""

    allowed_origins: Names = (LOOPBACK,)
    """Whose pages may call: origins, by commas, compared exactly; `loopback`: all on this machine."""
    behind_tls: bool = False
    """Whether browsers come by https: they are told to come by nothing else (HSTS)."""
    trusted_proxies: Names = ()
    """Proxies (addresses or networks) whose X-Forwarded-For is believed; empty: none."""
    max_message_bytes: int = Field(default=32 * _MIB, gt=0)
    """The longest WebSocket message, also when it comes in pieces."""
    max_request_bytes: int = Field(default=32 * _MIB, gt=0)
    """The longest body of an HTTP request."""
    max_head_bytes: int = Field(default=64 * 1024, ge=1024)
    """The longest head of an HTTP request: its first line and its headers."""
    max_connections: int = Field(default=20_000, gt=0)
    """HTTP connections open at once, WebSockets not counted."""
    head_seconds: float = Field(default=10.0, gt=0)
    """How long the head of an HTTP request, or of a WebSocket's handshake, may take to arrive."""
    body_seconds: float = Field(default=60.0, gt=0)
    """How long the body of an HTTP request may take to arrive."""
    first_message_seconds: float = Field(default=10.0, gt=0)
    """How long a new session may take to say who it is."""
    write_seconds: float = Field(default=60.0, gt=0)
    """How long a client may take to read a piece of what it is sent."""
    max_sessions: int = Field(default=10_000, gt=0)
    """Live sessions at once."""
    sessions_per_user: int = Field(default=100, ge=0)
    """Live sessions of one user at once; 0: any number."""
    sessions_per_address: int = Field(default=5_000, ge=0)
    """Live sessions from one address at once (a campus may have one address); 0: any number."""
    queries_per_session: int = Field(default=256, gt=0)
    """Queries that one session may watch."""
    mutations_per_session: int = Field(default=1_000, gt=0)
    """Mutations of one session that may wait for their turn."""
    max_sockets: int = Field(default=12_000, gt=0)
    """WebSockets of the Convex protocol at once."""
    calls_per_session: int = Field(default=500, gt=0)
    """Calls of one Convex session under way; beyond, it is listened to again when some are over."""
    call_bytes_per_session: int = Field(default=32 * _MIB, gt=0)
    """How long the messages of these calls may be together; beyond, the same."""
    watched_bytes_per_session: int = Field(default=64 * _MIB, gt=0)
    """How long the messages may be together that ask for what a Convex session watches; beyond, it ends."""
    connects_per_second: float = Field(default=100.0, ge=0)
    """New sessions from one address, in the long run; 0: no limit."""
    failed_sign_ins_per_second: float = Field(default=20.0, ge=0)
    """Tokens refused from one address, in the long run; beyond, none is looked at. 0: no limit."""
    mutations_per_second: float = Field(default=50.0, ge=0)
    """Mutations and actions of one user (without sign-in: of an address), in the long run; 0: no limit."""
    queries_per_second: float = Field(default=200.0, ge=0)
    """Queries that one user asks, or begins to watch, in the long run; 0: no limit."""
    burst_seconds: float = Field(default=10.0, gt=0)
    """How many seconds' worth of each of these rates may come at once."""

    _lists = field_validator("allowed_origins", "trusted_proxies", mode="before")(split_list)

    @field_validator("allowed_origins")
    @classmethod
    def _origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            scheme, found, host = origin.partition("://")
            if origin != LOOPBACK and not (scheme and found and host and "/" not in host):
                raise ValueError("an origin is as in https://app.example.edu, without a path; or `loopback`")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for network in value:
            ipaddress.ip_network(network, strict=False)
        return value
