"""Settings: from the environment, checked before anything opens."""

from __future__ import annotations

import difflib
import os
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AliasChoices, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "ALBERTPLUS_"
_TOOLS = {"HOME", "TOKEN", "GATEWAY", "PG_BIN"}
"""Variables of the command line that are no process's setting."""


class SettingsError(ValueError):
    """The environment does not describe a process that could start."""


class ProcessSettings(BaseSettings):
    """What every process is told. Each field is the variable ``ALBERTPLUS_<FIELD>``."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    host: str = "127.0.0.1"
    """The address to listen on."""
    grpc_port: int = Field(default=0, ge=0, le=65535)
    """The port of the gRPC server; 0 takes a free one."""
    nats_url: str = "nats://127.0.0.1:4222"
    """The broker; a comma-separated list for a cluster."""
    signing_key_file: Path
    """The PEM file with this process's Ed25519 private key."""
    trusted_keys_file: Path
    """The JWKS file with the public keys of all processes; read again when it changes."""
    ready_file: Path | None = None
    """Where to write the bound ports, as JSON, once the process is ready."""
    log_format: Literal["json", "console"] = "json"
    """How log lines look."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """The least important level that is logged."""
    drain_seconds: float = Field(default=10.0, gt=0)
    """How long a process that was told to stop lets running calls finish."""


class ServiceSettings(ProcessSettings):
    """What a process with a database of its own is told besides."""

    database_url: str = Field(pattern="^postgres(ql)?://")
    """The service's own database."""
    database_connections: int = Field(default=10, ge=2)
    """The most connections one replica opens."""


Addresses = Annotated[tuple[str, ...], NoDecode]
"""One or more ``host:port``, separated by commas; calls go round robin."""
SettingsT = TypeVar("SettingsT", bound=ProcessSettings)


def split_list(value: Any) -> Any:
    """A comma-separated text as a tuple; anything else unchanged."""
    if not isinstance(value, str):
        return value
    return tuple(part.strip() for part in value.split(",") if part.strip())


def load(kind: type[SettingsT]) -> SettingsT:
    """The settings in the environment. Raises SettingsError naming each variable that is wrong or unknown."""
    try:
        settings = kind()  # type: ignore[call-arg]
    except ValidationError as error:
        lines = [f"{_variable(kind, each['loc'])}: {each['msg']}" for each in error.errors()]
        raise SettingsError("these settings are wrong:\n  " + "\n  ".join(lines)) from None
    return settings


def unknown_variables(known: set[str]) -> list[str]:
    """Variables with our prefix that no process knows, each with the name that was probably meant."""
    found = []
    for name in sorted(os.environ):
        short = name.removeprefix(PREFIX)
        if name.startswith(PREFIX) and short.lower() not in known and short not in _TOOLS:
            near = difflib.get_close_matches(short.lower(), known, n=1)
            hint = f" (did you mean {PREFIX}{near[0].upper()}?)" if near else ""
            found.append(f"{name}{hint}")
    return found


def _variable(kind: type[BaseSettings], location: tuple[int | str, ...]) -> str:
    name = str(location[0]) if location else "?"
    field = kind.model_fields.get(name)
    alias = field.validation_alias if field else None
    if isinstance(alias, AliasChoices):
        return str(alias.choices[0])
    return f"{PREFIX}{name.upper()}" if name.islower() else name


__all__ = [
    "Addresses",
    "ProcessSettings",
    "ServiceSettings",
    "SettingsError",
    "field_validator",
    "load",
    "split_list",
    "unknown_variables",
]
