"""Words for the numbers that offerings are stored with; the numbers are those of the protos."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

SEASONS = {1: "j-term", 2: "winter", 3: "spring", 4: "summer", 5: "fall"}
STATUSES = {1: "open", 2: "closed", 3: "waitlist", 4: "cancelled"}


_BY_NAME = {name: number for number, name in SEASONS.items()}
Term = tuple[int, int]
"""Year and season."""

SETTINGS = tuple(f"{which}_{what}" for which in ("next", "current") for what in ("term", "year"))
"""The settings that name the terms a section without a term may be meant for."""


def wanted_terms(settings: Mapping[str, str]) -> list[Term]:
    """The terms the settings name, the one to look at first first; what is no term is left out."""
    found = []
    for which in ("next", "current"):
        season, year = settings.get(f"{which}_term", ""), settings.get(f"{which}_year", "")
        if season in _BY_NAME and year.isascii() and year.isdecimal():
            found.append((int(year), _BY_NAME[season]))
    return found


def meant(terms: Iterable[Term], wanted: Sequence[Term]) -> Term:
    """Of the terms that use a class number the one that is meant: the first of `wanted`, else the newest."""
    used = set(terms)
    return next((term for term in wanted if term in used), max(used))


def day_mask(days: list[int]) -> int:
    """ISO weekdays as bits, bit 0 for Monday, as the database keeps those of an offering's meetings."""
    return sum(1 << (day - 1) for day in set(days))
