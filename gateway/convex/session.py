"""One connection of the Convex protocol, without its socket: messages in, frames out.

The live core decides what is sent and when; the session keeps the client's names and versions. In doubt it
ends the connection: clients recover from that perfectly, and from a wrong version never.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from gateway.convex import frames
from gateway.convex.calls import FunctionCall, FunctionCalls
from gateway.convex.clock import Clock
from gateway.convex.identity import NOBODY, Caller
from gateway.convex.limits import DEFAULT_LIMITS, ConvexLimits
from gateway.convex.messages import (
    Add,
    Authenticate,
    BadMessage,
    Call,
    ClientMessage,
    Connect,
    ModifyQuerySet,
    parse,
)
from gateway.convex.outbox import End, Frame, Outbox, Step
from gateway.convex.queries import Host, QuerySet
from gateway.convex.results import CallPayload
from gateway.convex.steps import Mark, Steps
from gateway.live.messages import Transition
from runtime.ids import new_id
from runtime.limits import hit

MAX_MODIFICATIONS = 2_000
"""In one message; far more than the core lets a client watch."""
NORMAL, TOO_LARGE, DEFECT, RESTART, OVERLOAD = 1000, 1009, 1011, 1012, 1013
TRY_LATER = "TooManyConcurrentRequests"
INTERNAL = "InternalServerError"
EXPIRED = "The token has expired."


@dataclass(frozen=True, slots=True)
class Verify:
    """Find out whom this token identifies; the next message has to wait until the session was told."""

    token: str


@dataclass(frozen=True, slots=True)
class StartAction:
    """Run this action, then call `action_finished`. Actions don't wait for each other."""

    number: int
    call: FunctionCall
    size: int


Work: TypeAlias = Verify | StartAction


Charge: TypeAlias = Callable[[Caller, int, int], None]
"""Takes note of so many mutations and actions, and of so many queries, that somebody asks for."""


def _free(_caller: Caller, _mutations: int, _queries: int) -> None:
    """Nobody counts."""


class ConvexSession:
    """The state of one connection.

    The core's driver calls `send`, `expired` and `closed`; the socket all the rest.
    """

    def __init__(
        self,
        host: Host,
        calls: FunctionCalls,
        clock: Clock,
        outbox: Outbox,
        charge: Charge | None = None,
        *,
        limits: ConvexLimits = DEFAULT_LIMITS,
    ) -> None:
        """What it has to say goes into `outbox`; `charge` hears how much a client asks for."""
        self._limits = limits
        self._charge = charge or _free
        self.key = new_id()  # of this connection: an old one may live on when its client is back already
        self.outbox = outbox
        self._host = host
        self._core = host.core
        self._calls = calls
        self._clock = clock
        self._steps = Steps(clock, calls.renderer)
        self._session_id: str | None = None
        self._skew: int | None = None
        self._caller = NOBODY
        self._query_set = self._identity = self._revision = 0
        self._queries = QuerySet(self.key, host, calls)
        self._mutations: dict[int, int] = {}  # under way, and how long each message was
        self._actions = self._action_bytes = 0
        self._resumed = False
        self._unconfirmed = False  # a sign-in that waits for what is watched
        self._draining = False

    # What the client says

    @property
    def is_listening(self) -> bool:
        """Whether the client may say more: not while what it asked for fills the memory, nor at the end."""
        return not (self._draining or self.outbox.is_over) and self._reached() is None

    def _reached(self) -> str | None:
        """Which limit the calls under way have reached, if any."""
        if len(self._mutations) + self._actions >= self._limits.calls:
            return "calls_per_session"
        size = sum(self._mutations.values()) + self._action_bytes
        return "call_bytes_per_session" if size >= self._limits.call_bytes else None

    def receive(self, text: str) -> Work | None:
        """Takes in a message. What it returns has to be done before the next one."""
        try:
            message = parse(text)
        except BadMessage as error:
            self._fatal(f"Received an invalid message: {error}")
            return None
        return self._receive(message, len(text))

    def receive_binary(self) -> None:
        """There are no binary messages."""
        self._fatal("Received an invalid message: messages are text, this one is binary")

    def _receive(self, message: ClientMessage, size: int) -> Work | None:
        if isinstance(message, Connect) is (self._session_id is not None):
            self._fatal("Connect is the first message, and only that")
        elif isinstance(message, Connect):
            self._connect(message)
        elif isinstance(message, ModifyQuerySet):
            self._modify(message, size)
        elif isinstance(message, Authenticate):
            return self._authenticate(message)
        elif isinstance(message, Call):
            return self._call(message, size)
        return None

    def _connect(self, message: Connect) -> None:
        observed = message.max_observed or 0
        if not self._clock.is_believable(observed):
            return self.outbox.put(End(DEFECT, INTERNAL))
        self._session_id = message.session_id
        self._steps.floor = observed
        if message.client_ts is not None:
            self._skew = message.client_ts - self._clock.now() // 1_000_000
        self._resumed = observed > 0
        self._host.attach(self.key, self)
        self._core.connect(self.key, NOBODY.of_core(), self._resumed, self._host.now)
        return self._host.soon()

    def _authenticate(self, message: Authenticate) -> Work | None:
        if message.base_version != self._identity:
            self.outbox.put(End(DEFECT, INTERNAL))
        elif message.token is None:
            self.verified(NOBODY)
        elif not message.is_user:
            self.rejected("Keys of administrators are not accepted here.")
        else:
            return Verify(message.token)
        return None

    def verified(self, caller: Caller) -> None:
        """The token identifies this caller. If that is no news, nothing runs again for it.

        A client that comes back is not told before it has said what it watches: it drops what it shows at the
        first Transition, and takes its mutations for done.
        """
        if caller.is_expired(self._seconds()):
            return self.rejected(EXPIRED)
        same = caller.scope == self._caller.scope
        self._caller = caller
        self._identity += 1
        changed = {} if same else self._queries.asked_by(caller)
        self._core.identify(self.key, caller.of_core(), changed, self._host.now)
        self._unconfirmed = self._resumed and not self._query_set and caller is not NOBODY
        return None if self._unconfirmed else self._revise()

    def confirm(self) -> None:
        """Tells a client of its sign-in that has not said what it watches, and may never do so."""
        if self._unconfirmed:
            self._revise()

    def rejected(self, problem: str) -> None:
        """The token identifies nobody."""
        self._auth_error(problem, attempted=True)

    def unverifiable(self) -> None:
        """Nobody can say just now whom the token identifies; the client is to try again."""
        self.outbox.put(End(OVERLOAD, TRY_LATER))

    def _modify(self, message: ModifyQuerySet, size: int) -> None:
        if message.base_version != self._query_set or message.new_version <= message.base_version:
            return self._fatal(
                f"BaseVersionMismatch: the query set has version {self._query_set}, "
                f"the message goes from {message.base_version} to {message.new_version}"
            )
        if len(message.modifications) > MAX_MODIFICATIONS:
            return self.outbox.put(End(OVERLOAD, TRY_LATER))
        if any(isinstance(each, Add) for each in message.modifications) and self._ends_expired():
            return None
        self._query_set = message.new_version
        self._charge(self._caller, 0, sum(isinstance(each, Add) for each in message.modifications))
        removed: list[int] = []
        each_size = size // max(1, len(message.modifications))
        for each in message.modifications:
            if isinstance(each, Add):
                self._queries.add(each, self._caller, each_size)
            elif self._queries.remove(each.query_id):
                removed.append(each.query_id)
        if self._queries.size > self._limits.watched_bytes:
            hit("watched_bytes_per_session")
            return self.outbox.put(End(OVERLOAD, TRY_LATER))
        return self._revise(tuple(removed))

    def _call(self, message: Call, size: int) -> Work | None:
        if self._ends_expired():
            return None
        self.confirm()
        self._charge(self._caller, 1, 0)
        number = message.request_id
        call = FunctionCall(message.path, message.args, self._caller, self._session_id or "", number)
        if not message.is_mutation:
            self._actions += 1
            self._action_bytes += size
            self._note_limit()
            return StartAction(number, call, size)
        self._mutations[number] = size
        self._note_limit()
        self._core.mutate(self.key, number, call, self._host.now)
        self._host.soon()
        return None

    def _note_limit(self) -> None:
        """Counts when no more is listened to for now; that is once, because then nothing more comes."""
        if (limit := self._reached()) is not None:
            hit(limit)

    # What the core decides

    def send(self, transition: Transition) -> None:
        """Something has changed, or is over."""
        if self.outbox.is_over or self._ends_expired():
            return None
        for number, payload, ts in self._steps.responses(transition):
            self._mutations.pop(number, None)
            if payload.unknown:  # the client asks again, and the service remembers
                return self.outbox.put(End(DEFECT, INTERNAL))
            self.outbox.put(Frame(frames.mutation_response(number, payload, ts)))
        start, end, modifications = self._steps.advance(transition)
        skew, now = self._skew, self._clock.now
        self.outbox.put(Step(lambda: frames.transition(start, end, modifications, skew, now())))
        self._queries.note_journals(transition, self._caller)
        return self._end_if_drained()

    def expired(self) -> None:
        """The core is told of no end of a sign-in; see `_ends_expired`."""

    def closed(self, reason: str) -> None:
        """The core has given the session up."""
        self.outbox.put(End(OVERLOAD, TRY_LATER))

    def action_finished(self, work: StartAction, payload: CallPayload) -> None:
        """An action is over."""
        self._actions -= 1
        self._action_bytes -= work.size
        self.outbox.put(Frame(frames.action_response(work.number, payload)))
        self._end_if_drained()

    # The end

    def written(self) -> None:
        """A Transition has left."""
        self._core.drained(self.key, self._host.now)
        self._host.soon()

    def progressed(self) -> None:
        """A piece of a Transition has left: the client reads, if slowly."""
        self._core.progressed(self.key, self._host.now)

    def drain(self) -> None:
        """Ends as soon as what is under way is answered."""
        self._draining = True
        self._end_if_drained()

    def fail(self) -> None:
        """A defect: the client is to connect again."""
        self.outbox.put(End(DEFECT, INTERNAL))

    def fail_unconnected(self) -> None:
        """The client has had its time to say who it is."""
        if self._session_id is None:
            self.fail()

    def forget(self) -> None:
        """The connection is gone."""
        self._unconfirmed = False
        self._queries.clear()
        self._host.detach(self.key)

    def _revise(self, removed: tuple[int, ...] = ()) -> None:
        self._unconfirmed = False
        self._revision += 1
        self._steps.expect(Mark(self._revision, self._query_set, self._identity, removed))
        self._core.revise(self.key, self._revision, self._host.now)
        self._host.soon()

    def _ends_expired(self) -> bool:
        """Whether the sign-in is over: looked at whenever something is to be run or sent for it."""
        if not self._caller.is_expired(self._seconds()):
            return False
        self._auth_error(EXPIRED, attempted=False)
        return True

    def _seconds(self) -> float:
        return self._clock.now() / 1e9

    def _auth_error(self, problem: str, *, attempted: bool) -> None:
        base = self._steps.identity
        self.outbox.put(Frame(frames.auth_error(problem, base, attempted=attempted)))
        self.outbox.put(End(NORMAL))

    def _fatal(self, problem: str) -> None:
        self.outbox.put(Frame(frames.fatal_error(problem)))
        self.outbox.put(End(NORMAL))

    def _end_if_drained(self) -> None:
        if self._draining and not self._mutations and not self._actions:
            self.outbox.put(End(RESTART))
