"""The gateway's settings: from the environment, checked before anything opens."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AliasChoices, Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import NoDecode

from gateway.clerk import Secrets
from gateway.key_server import require_safe_url
from gateway.limit_settings import LimitSettings
from runtime.settings import Addresses, split_list
from runtime.subjects import Subjects

REQUIRED_LISTS = ("catalog_address", "planner_address", "identity_address", "issuers")
LISTS = (*REQUIRED_LISTS, "authorized_parties")


class GatewaySettings(LimitSettings):
    """What the gateway is told besides what every process is."""

    port: int = Field(default=3210, ge=0, le=65535)
    """The port of the HTTP server; 0 takes a free one."""
    catalog_address: Addresses
    """The replicas of catalog."""
    planner_address: Addresses
    """The replicas of planner."""
    identity_address: Addresses
    """The replicas of identity."""
    issuers: Addresses = Field(
        validation_alias=AliasChoices("CLERK_JWT_ISSUER_DOMAIN", "ALBERTPLUS_ISSUERS", "issuers")
    )
    """Whose tokens sign users in: issuer URLs, separated by commas; the same order as identity's."""
    audience: str = "convex"
    """The audience a token must be made for."""
    authorized_parties: Addresses = ()
    """Origins a token may have been made for (`azp`); empty: any."""
    site_port: int | None = Field(default=None, ge=0, le=65535)
    """Where the same is served again, for the scraper; by default the port after `port`."""
    redact_errors: bool = False
    """Whether clients are told no more of a failed function than that it failed: for production."""
    scraper_url: str = Field(
        default="", validation_alias=AliasChoices("SCRAPER_URL", "ALBERTPLUS_SCRAPER_URL", "scraper_url")
    )
    """Where the scraper listens; empty: nowhere."""
    convex_api_key: SecretStr = Field(
        default=SecretStr(""),
        validation_alias=AliasChoices("CONVEX_API_KEY", "ALBERTPLUS_CONVEX_API_KEY", "convex_api_key"),
    )
    """One shared key: good for all routes as `albertplus api-keys` are, and shown to the scraper if
    `SCRAPER_API_KEY` is empty. For deployments that have no others yet; empty: there is none."""
    scraper_api_key: SecretStr = Field(
        default=SecretStr(""),
        validation_alias=AliasChoices("SCRAPER_API_KEY", "ALBERTPLUS_SCRAPER_API_KEY", "scraper_api_key"),
    )
    """The key that is shown to the scraper; empty: that of `CONVEX_API_KEY`."""
    clerk_webhook_secret: SecretStr = Field(
        default=SecretStr(""),
        validation_alias=AliasChoices(
            "CLERK_WEBHOOK_SECRET", "ALBERTPLUS_CLERK_WEBHOOK_SECRET", "clerk_webhook_secret"
        ),
    )
    """What Clerk signs its webhooks with, ``whsec_…``; several, separated by commas, while one replaces
    another. ``ISSUER=whsec_…`` for an issuer that is not the first. Empty: there are no webhooks."""
    extra_functions: str = ""
    """More functions, ``package.module:attribute`` of an Extension; for tests."""
    extra_upstreams: Annotated[dict[str, tuple[str, ...]], NoDecode] = Field(default_factory=dict)
    """More services, for those functions: ``name=host:port,host:port``, separated by semicolons."""
    start_seconds: float = Field(default=10.0, gt=0)
    """How long to wait for the broker and the services before serving without those that are missing."""

    _split = field_validator(*LISTS, mode="before")(split_list)

    @field_validator("extra_upstreams", mode="before")
    @classmethod
    def _by_name(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        pairs = (part.partition("=") for part in value.split(";") if part.strip())
        return {name.strip(): split_list(addresses) for name, _, addresses in pairs}

    @field_validator(*REQUIRED_LISTS)
    @classmethod
    def _not_empty(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value:
            raise ValueError("name at least one")
        return value

    @field_validator("issuers")
    @classmethod
    def _safe(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for issuer in value:
            require_safe_url(issuer)
        Subjects(value)
        return value

    @field_validator("clerk_webhook_secret")
    @classmethod
    def _is_usable(cls, value: SecretStr, others: ValidationInfo) -> SecretStr:
        issuers = others.data.get("issuers") or ("",)
        for issuer, _ in Secrets.read(split_list(value.get_secret_value()), issuers[0]).issuers:
            if issuer not in issuers:
                raise ValueError(f"{issuer} is no issuer of ours")
        return value

    @property
    def webhook_secrets(self) -> Secrets:
        """The secrets, each with its issuer."""
        return Secrets.read(split_list(self.clerk_webhook_secret.get_secret_value()), self.issuers[0])

    @property
    def second_port(self) -> int:
        """The port for the scraper."""
        if self.site_port is not None:
            return self.site_port
        return self.port + 1 if self.port else 0

    @field_validator("scraper_url")
    @classmethod
    def _is_url(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value

    @property
    def outbound_key(self) -> str:
        """The key that is shown to the scraper."""
        return self.scraper_api_key.get_secret_value() or self.convex_api_key.get_secret_value()

    @property
    def upstreams(self) -> dict[str, tuple[str, ...]]:
        """The replicas of each service."""
        return {
            **self.extra_upstreams,
            "catalog": self.catalog_address,
            "planner": self.planner_address,
            "identity": self.identity_address,
        }
