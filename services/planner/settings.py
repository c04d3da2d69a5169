"""The planner's settings: those of every service, and where the catalog is."""

from __future__ import annotations

from runtime.settings import Addresses, ServiceSettings, field_validator, split_list


class PlannerSettings(ServiceSettings):
    """What the planner is told."""

    catalog_address: Addresses
    """Replicas of the catalog: one or more ``host:port``, separated by commas."""

    split_addresses = field_validator("catalog_address", mode="before")(split_list)
