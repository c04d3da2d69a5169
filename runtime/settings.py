"""Settings: from the environment, checked before anything opens."""

from __future__ import annotations

import difflib
import os
from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

PREFIX = "ALBERTPLUS_"
FILE = "_FILE"
_LINK, _LINKS = "_SERVICE_HOST", ("SERVICE_", "PORT")


class SettingsError(ValueError):
    """The environment does not describe a process that could start."""


class SecretFiles(PydanticBaseSettingsSource):
    """Secrets in files: ``NAME_FILE`` names the file with what ``NAME`` would say."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """The content of the field's file, or None. Raises SettingsError for one that cannot be read."""
        if field.annotation is not SecretStr:
            return None, field_name, False
        for name in _names(self.settings_cls, field_name):
            if (path := os.environ.get(name + FILE)) is not None:
                if name in os.environ:
                    raise SettingsError(
                        f"these settings are wrong:\n  {name}: is set, and so is {name}{FILE}"
                    )
                return _read(name + FILE, path), field_name, False
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        """All that are there."""
        found = {
            name: self.get_field_value(field, name)[0]
            for name, field in self.settings_cls.model_fields.items()
        }
        return {name: value for name, value in found.items() if value is not None}


class ProcessSettings(BaseSettings):
    """What every process is told. Each field is the variable ``ALBERTPLUS_<FIELD>``."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        extra="ignore",
        frozen=True,
        use_attribute_docstrings=True,
        hide_input_in_errors=True,
    )

    host: str = "127.0.0.1"
    """The address to listen on."""
    grpc_port: int = Field(default=0, ge=0, le=65535)
    """The port of the gRPC server; 0 takes a free one."""
    nats_url: SecretStr = SecretStr("nats://127.0.0.1:4222")
    """The broker; a comma-separated list for a cluster; ``tls://`` for one that is to be verified."""
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
    tls_cert_file: Path | None = None
    """The PEM file with this process's certificate (and those it hangs on), for TLS between processes."""
    tls_key_file: Path | None = None
    """The PEM file with the certificate's private key."""
    tls_ca_file: Path | None = None
    """The PEM file with the authorities whose certificates the other processes must have."""
    grpc_max_request_bytes: int = Field(default=4 * 1024 * 1024, gt=0)
    """The longest gRPC message that is accepted, unpacked."""
    grpc_max_metadata_bytes: int = Field(default=64 * 1024, ge=8192)
    """The most metadata of a gRPC call that is accepted."""
    grpc_max_streams: int = Field(default=1000, gt=0)
    """The most calls at once over one gRPC connection."""
    grpc_min_ping_seconds: float = Field(default=5.0, gt=0)
    """A client that pings more often is disconnected."""
    default_call_seconds: float = Field(default=30.0, gt=0)
    """How long a call may take whose caller did not say."""
    max_call_seconds: float = Field(default=120.0, gt=0)
    """How long a call may take at most, whatever its caller says."""

    @model_validator(mode="after")
    def _all_of_tls(self) -> ProcessSettings:
        given = [each is not None for each in (self.tls_cert_file, self.tls_key_file, self.tls_ca_file)]
        if any(given) and not all(given):
            raise ValueError("TLS between processes takes TLS_CERT_FILE, TLS_KEY_FILE and TLS_CA_FILE")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment, and files that it names."""
        return init_settings, SecretFiles(settings_cls), env_settings


class ServiceSettings(ProcessSettings):
    """What a process with a database of its own is told besides."""

    database_url: SecretStr
    """The service's own database. With TLS: ``?sslmode=verify-full&sslrootcert=…``, as libpq takes it."""
    database_connections: int = Field(default=10, ge=2)
    """The most connections one replica opens."""

    @field_validator("database_url")
    @classmethod
    def _is_postgres(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value().startswith(("postgres://", "postgresql://")):
            raise ValueError("must begin with postgresql://")
        return value


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
    names = {name for field in kind.model_fields for name in _names(kind, field)}
    return names | {name + FILE for name in secrets(kind)}


def secrets(kind: type[BaseSettings]) -> list[str]:
    """The names of the variables that are secrets."""
    fields = kind.model_fields.items()
    return [name for field, info in fields if info.annotation is SecretStr for name in _names(kind, field)]


def described(settings: ProcessSettings) -> list[str]:
    """Each setting with its value, unless it is a secret, and with where it came from."""
    return [_described(type(settings), field, value) for field, value in settings]


def _described(kind: type[ProcessSettings], field: str, value: Any) -> str:
    names = _names(kind, field)
    if isinstance(value, SecretStr):
        value = "(hidden)" if value.get_secret_value() else ""
    for name in names:
        if name + FILE in os.environ and kind.model_fields[field].annotation is SecretStr:
            return f"{name}={value} from the file {os.environ[name + FILE]}"
        if name in os.environ:
            return f"{name}={value} from the environment"
    return f"{names[0]}={value} by default"


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


def _read(name: str, path: str) -> str:
    try:
        return Path(path).read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        problem = getattr(error, "strerror", None) or "is no text"
        raise SettingsError(f"these settings are wrong:\n  {name}: {path}: {problem}") from None


def _problem(kind: type[ProcessSettings], error: ErrorDetails) -> str:
    field = str(error["loc"][0]) if error["loc"] else "?"
    about = _about(kind, field) if error["type"] == "missing" else ""
    return f"{_names(kind, field)[0]}: " + (f"required. {about}" if about else error["msg"])


def _about(kind: type[BaseSettings], name: str) -> str:
    """What the setting is for, in a sentence."""
    for field, info in kind.model_fields.items():
        if name == field or name in _names(kind, field):
            return " ".join((info.description or "").split())
    return ""


def _names(kind: type[BaseSettings], name: str) -> list[str]:
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
    "described",
    "field_validator",
    "load",
    "refuse_unknown",
    "split_list",
    "unknown",
    "variables",
]
