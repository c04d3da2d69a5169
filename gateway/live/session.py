"""What the core knows of one client connection."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gateway.live.entry import includes
from gateway.live.messages import Answer, Identity, WriteSet

if TYPE_CHECKING:
    from gateway.live.entry import Entry


@dataclass(slots=True, eq=False)
class Subscription:
    """A session's interest in an entry. Only answers of runs after `after_run` may be shown."""

    session: Session
    query_id: int
    after_run: int
    entry: Entry | None = None
    refused: Answer | None = None  # shown instead, without an entry
    seen: bytes | None = None  # digest the client had before it connected
    sent: bytes | None = None  # digest of what was sent last


@dataclass(slots=True, eq=False)
class OwnWrite:
    """A write of the session's own mutation: no answer without it may be shown any more."""

    write: WriteSet
    after_run: int  # the newest run when the outcome became known
    at: float


@dataclass(slots=True, eq=False)
class Finished:
    """A mutation whose outcome is known but not sent. What it touched is shown together with it."""

    request_id: Hashable
    outcome: object
    writes: tuple[OwnWrite, ...] = ()
    touched: dict[Subscription, None] = field(default_factory=dict)

    def is_in(self, answer: Answer) -> bool:
        """Whether the answer shows what the mutation wrote, or has nothing to do with it."""
        return all(includes(answer, own.write, own.after_run) for own in self.writes)


@dataclass(slots=True, eq=False)
class Session:
    """Queries, mutations and what is on its way to the client.

    Its queues are lists: they are short, mostly empty, and an empty deque takes ten times as much memory.
    """

    name: str
    identity: Identity | None
    resumed: bool = False  # its client still shows what it saw before
    after_run: int = 0
    gone: bool = False
    valid_until: float = float("inf")  # then nothing is sent or run for it
    touched: bool = False  # noted for a look at what can be sent

    subscriptions: dict[int, Subscription] = field(default_factory=dict)
    fresh: dict[Subscription, None] = field(default_factory=dict)  # never answered
    changed: dict[Subscription, None] = field(default_factory=dict)  # may have something new to show
    first_until: float | None = None  # first answers wait for each other until then
    hold_until: float | None = None  # further ones until then
    revision: int = 0
    revision_sent: int = 0

    version: int = 0
    unsent: list[float] = field(default_factory=list)  # when each Transition on its way was made
    stall_timer: bool = False

    waiting: list[tuple[Hashable, object]] = field(default_factory=list)
    running: Hashable | None = None
    under_way: set[Hashable] = field(default_factory=set)
    finished: list[Finished] = field(default_factory=list)
    writes: list[OwnWrite] = field(default_factory=list)
    write_floor: int = 0  # older own writes: answers of later runs have them, and those that are not stale

    def is_over(self, now: float) -> bool:
        """Whether its token is, also when no tick has said so yet."""
        return self.valid_until <= now

    @property
    def scope(self) -> str | None:
        """What its personal queries must carry."""
        return self.identity.scope if self.identity else None
