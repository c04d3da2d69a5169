"""Identity's settings: those of every service, and whose users it knows."""

from __future__ import annotations

from pydantic import AliasChoices, Field

from runtime.settings import Addresses, ServiceSettings, field_validator, split_list


class IdentitySettings(ServiceSettings):
    """What identity is told."""

    issuers: Addresses = Field(
        default=(), validation_alias=AliasChoices("CLERK_JWT_ISSUER_DOMAIN", "ALBERTPLUS_ISSUERS", "issuers")
    )
    """Whose tokens sign users in, in the gateway's order; needed as soon as there are several."""

    split_issuers = field_validator("issuers", mode="before")(split_list)
