"""Words for the numbers that offerings are stored with; the numbers are those of the protos."""

from __future__ import annotations

SEASONS = {1: "j-term", 2: "winter", 3: "spring", 4: "summer", 5: "fall"}
STATUSES = {1: "open", 2: "closed", 3: "waitlist", 4: "cancelled"}


def day_mask(days: list[int]) -> int:
    """ISO weekdays as bits, bit 0 for Monday, as the database keeps those of an offering's meetings."""
    return sum(1 << (day - 1) for day in set(days))
