"""What identity knows, as plain values."""

from __future__ import annotations

import datetime
import enum
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Term:
    """A term; a later one is greater. `season` is the number of the proto's Season."""

    year: int
    season: int


@dataclass(frozen=True, slots=True)
class Profile:
    """What a student says about their studies. The ids belong to the catalog and may be gone from it."""

    program_ids: tuple[str, ...]
    school_id: str
    starting_term: Term
    expected_graduation_term: Term

    @property
    def in_order(self) -> bool:
        """Whether graduation is not before the start."""
        return self.starting_term <= self.expected_graduation_term


@dataclass(frozen=True, slots=True)
class Student:
    """A stored profile; `user_id` is the subject of the sign-in token."""

    id: str
    user_id: str
    profile: Profile
    create_time: datetime.datetime
    update_time: datetime.datetime


@dataclass(frozen=True, slots=True)
class Invite:
    """A user's request to be invited."""

    id: str
    name: str
    email: str
    create_time: datetime.datetime


@dataclass(frozen=True, slots=True)
class Account:
    """Who somebody is to the sign-in provider."""

    issuer: str
    subject: str


FORGETTING = ("catalog", "identity", "planner")
"""The services that have to forget a user whose account is gone."""


class Told(enum.Enum):
    """What came of something that the sign-in provider told."""

    APPLIED = "applied"
    STALE = "stale"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Erasure:
    """What is known of the forgetting of a deleted account."""

    id: str
    user_id: str | None
    account: Account
    shared: bool
    create_time: datetime.datetime
    told_time: datetime.datetime
    complete_time: datetime.datetime | None
    steps: tuple[ErasureStep, ...] = ()


@dataclass(frozen=True, slots=True)
class ErasureStep:
    """That a service has forgotten somebody."""

    service: str
    row_count: int
    done_time: datetime.datetime


@dataclass(frozen=True, slots=True)
class User:
    """A stored account, with the id of the student profile its subject has, if any."""

    id: str
    account: Account
    email: str | None
    admin: bool
    student_id: str | None
    create_time: datetime.datetime
    update_time: datetime.datetime


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A stored API key."""

    id: str
    name: str
    scopes: tuple[str, ...]
    create_time: datetime.datetime
    expire_time: datetime.datetime | None
    revoke_time: datetime.datetime | None
    last_use_time: datetime.datetime | None
