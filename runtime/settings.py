"""Settings: from the environment, checked before anything opens."""

from __future__ import annotations

import difflib
import os
from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AliasChoices, Field, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "ALBERTPLUS_"
_LINK, _LINKS = "_SERVICE_HOST", ("SERVICE_", "PORT")


class SettingsError(ValueError):
    """The environment does not describe a process that could start."""


class ProcessSettings(BaseSettings):
    """What every process is told. Each field is the variable ``ALBERTPLUS_<FIELD>``."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="ignore", frozen=True, use_attribute_docstrings=True
    )

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
    """The settings in the environment. Raises SettingsError naming each variable that is wrong or missing.

    Variables it does not know are not its business: another process may; see `refuse_unknown`.
    """
    try:
        return kind()  # type: ignore[call-arg]
    except ValidationError as error:
        lines = [_problem(kind, each) for each in error.errors()]
        raise SettingsError("these settings are wrong:\n  " + "\n  ".join(lines)) from None


def variables(kind: type[ProcessSettings]) -> set[str]:
    """Every name of the variables that this kind of process reads."""
    return {name for field in kind.model_fields for name in _names(kind, field)}


def refuse_unknown(known: Collection[str]) -> None:
    """Raises SettingsError naming each variable with our prefix that is not among `known`.

    A misspelt setting would otherwise be a default that nobody chose.
    """
    lines = []
    for name in unknown(known):
        near = difflib.get_close_matches(name, known, n=1)
        lines.append(f"{name}: there is no such setting" + (f"; did you mean {near[0]}?" if near else ""))
    if lines:
        raise SettingsError("these settings are unknown:\n  " + "\n  ".join(lines))


def unknown(known: Collection[str]) -> list[str]:
    """The variables with our prefix that are not among `known`."""
    return sorted(_ours() - set(known))


def _ours() -> set[str]:
    """The variables with our prefix, but those that Kubernetes sets for a service of such a name."""
    ours = {name for name in os.environ if name.startswith(PREFIX)}
    linked = [name.removesuffix(_LINK) for name in ours if name.endswith(_LINK)]
    return {
        name for name in ours if not name.startswith(tuple(f"{each}_{s}" for each in linked for s in _LINKS))
    }


def _problem(kind: type[ProcessSettings], error: ErrorDetails) -> str:
    field = str(error["loc"][0]) if error["loc"] else "?"
    about = _about(kind, field) if error["type"] == "missing" else ""
    return f"{_names(kind, field)[0]}: " + (f"required. {about}" if about else error["msg"])


def _about(kind: type[ProcessSettings], name: str) -> str:
    """What the setting is for, in a sentence."""
    for field, info in kind.model_fields.items():
        if name == field or name in _names(kind, field):
            return " ".join((info.description or "").split())
    return ""


def _names(kind: type[ProcessSettings], name: str) -> list[str]:
    field = kind.model_fields.get(name)
    alias = field.validation_alias if field else None
    if isinstance(alias, AliasChoices):
        return [str(choice) for choice in alias.choices if str(choice).isupper()]
    return [f"{PREFIX}{name.upper()}" if name.islower() else name]


__all__ = [
    "Addresses",
    "ProcessSettings",
    "ServiceSettings",
    "SettingsError",
    "field_validator",
    "load",
    "refuse_unknown",
    "split_list",
    "unknown",
    "variables",
]
