"""One stream of the live door: the client's names for things, and what waits to be written to it."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass

from albertplus.live.v1 import live_service_pb2
from albertplus.live.v1.live_service_pb2 import MutationOutcome, QueryResult
from google.rpc import status_pb2

from gateway import metrics, resume
from gateway.claims import TokenExpired
from gateway.driver import LiveDriver
from gateway.errors import Draining, ProtocolViolation, StreamReset, TooManyQueries
from gateway.live.messages import Identity, Query, Transition
from gateway.live_outbox import Outbox, Outgoing, update
from gateway.live_requests import live_query, mutation
from gateway.methods import PublicMethods
from gateway.replies import refusal_status
from runtime.auth import ANONYMOUS, Principal
from runtime.ids import new_id
from runtime.interceptors import MAX_IDEMPOTENCY_KEY, validate
from runtime.refusal import Refusal

MAX_WATCHED = 512  # twice what the core answers; beyond, nobody is listening to its refusals
MAX_WATCHED_BYTES = 16 * 1024 * 1024
MAX_PENDING_BYTES = 8 * 1024 * 1024

Request = live_service_pb2.SubscribeRequest
Response = live_service_pb2.SubscribeResponse


@dataclass(slots=True)
class Watched:
    """A query under the client's name; without an id it was refused and the core does not know it."""

    method: str
    request: bytes
    id: int | None = None


class LiveSession:
    """The state of one stream. The driver calls `send`, `expired` and `closed`; the door all the rest."""

    def __init__(self, driver: LiveDriver, methods: PublicMethods, identity: Identity | None) -> None:
        """`identity` is who calls, None for nobody."""
        self.key = new_id()  # of this stream: two may continue one session at the same time
        self._driver = driver
        self._core = driver.core
        self._methods = methods
        self._identity = identity
        self._session_id = self.key
        self._watched: dict[str, Watched] = {}
        self._names: dict[int, str] = {}
        self._last_id = 0
        self._watched_bytes = 0
        self._pending: dict[str, int] = {}  # mutations under way, and how many bytes each holds
        self._room = asyncio.Event()
        self._room.set()
        self._draining = False
        self._outbox = Outbox(self._names.get)

    # What the client says

    def start(self, message: Request.Start) -> None:
        """Opens the session; the first update answers all its queries together."""
        self._session_id = message.session_id or self.key
        self._driver.attach(self.key, self)
        resumed = bool(message.session_id) or any(query.resume_token for query in message.queries)
        self._core.connect(self.key, self._identity, resumed, self._driver.now)
        self._outbox.put(Response(started=Response.Started(session_id=self._session_id)))
        for query in message.queries:
            self.watch(query)
        self._driver.soon()

    def watch(self, message: Request.Watch) -> None:
        """Watches a query; one that may not be asked gets its refusal as the result. May raise."""
        if not message.query_id or message.query_id in self._watched:
            raise ProtocolViolation(f"query_id {message.query_id!r} is empty or in use")
        size = self._watched_bytes + len(message.request)
        if len(self._watched) >= MAX_WATCHED or size > MAX_WATCHED_BYTES:
            raise TooManyQueries("one stream watches too much")
        watched = self._watched[message.query_id] = Watched(message.method, message.request)
        self._watched_bytes = size
        metrics.queries.inc()
        try:
            validate(message)
            query = live_query(self._methods, watched.method, watched.request, self._principal)
        except Refusal as refusal:
            self._refuse_query(message.query_id, refusal_status(refusal))
        else:
            self._subscribe(message.query_id, query, resume.seen_digest(message.resume_token))

    def unwatch(self, name: str) -> None:
        """Stops watching; a name that is not watched is ignored."""
        watched = self._watched.pop(name, None)
        if watched is None:
            return
        self._watched_bytes -= len(watched.request)
        metrics.queries.dec()
        if watched.id is not None:
            del self._names[watched.id]
            self._core.unsubscribe(self.key, watched.id, self._driver.now)
            self._driver.soon()

    def mutate(self, message: Request.Mutate) -> None:
        """Queues a mutation; one that is refused outright is answered at once. May raise."""
        if not message.request_id:
            raise ProtocolViolation("request_id is empty")
        try:
            validate(message)
            if self._draining:
                raise Draining
        except Refusal as refusal:
            refused = MutationOutcome(request_id=message.request_id, error=refusal_status(refusal))
            return self._outbox.put(update(completed=[refused]))
        key = message.idempotency_key or _key(self._session_id, message.request_id)
        call = mutation(self._methods, message.method, message.request, self._principal, key)
        self._pending[message.request_id] = len(message.request)
        if sum(self._pending.values()) > MAX_PENDING_BYTES:
            self._room.clear()
        self._core.mutate(self.key, message.request_id, call, self._driver.now)
        self._driver.soon()
        return None

    async def room(self) -> None:
        """Returns when the client may say more: not while its mutations fill the memory."""
        await self._room.wait()

    def identify(self, identity: Identity | None) -> None:
        """The caller signed in, again, or out: every query is asked as whoever calls now."""
        self._identity = identity
        changed: dict[int, Query] = {}
        newly_allowed: list[tuple[str, Query]] = []
        for name, watched in self._watched.items():
            try:
                query = live_query(self._methods, watched.method, watched.request, self._principal)
            except Refusal as refusal:
                self._withdraw(name, watched, refusal_status(refusal))
                continue
            if watched.id is None:
                newly_allowed.append((name, query))
            else:
                changed[watched.id] = query
        self._core.identify(self.key, identity, changed, self._driver.now)
        for name, query in newly_allowed:
            self._subscribe(name, query, None)
        self._driver.soon()

    # What the core decides

    def send(self, transition: Transition) -> None:
        """Something changed."""
        self._outbox.put(transition)

    def expired(self) -> None:
        """The sign-in is over."""
        self.end(TokenExpired())

    def closed(self, reason: str) -> None:
        """The core no longer knows what this client has seen."""
        self.end(StreamReset(reason))

    # What leaves

    def drain(self) -> None:
        """Ends the stream as soon as the mutations under way are answered."""
        self._draining = True
        self._end_if_drained()

    def end(self, refusal: Refusal) -> None:
        """Ends the stream; nothing more is sent."""
        self._outbox.end(refusal)

    async def ended(self) -> Refusal:
        """Returns when the stream is to end, with why, though the client may not be reading."""
        return await self._outbox.ended()

    async def next(self) -> Outgoing:
        """The next message to write. Raises the refusal with which the stream ends."""
        while (outgoing := await self._outbox.next()).is_empty:
            self.written(outgoing)
        if self._identity and self._identity.expires and self._identity.expires <= self._driver.now:
            raise TokenExpired
        return outgoing

    def written(self, sent: Outgoing) -> None:
        """The message has left."""
        for each in sent.message.update.completed:
            self._pending.pop(each.request_id, None)
        if sum(self._pending.values()) <= MAX_PENDING_BYTES:
            self._room.set()
        if sent.drains:
            self._core.drained(self.key, self._driver.now)
            self._driver.soon()
        if self._draining:
            self._end_if_drained()

    def forget(self) -> None:
        """The stream is over."""
        metrics.queries.dec(len(self._watched))
        self._driver.detach(self.key)

    @property
    def _principal(self) -> Principal:
        principal = self._identity.principal if self._identity else None
        return principal if isinstance(principal, Principal) else ANONYMOUS

    def _subscribe(self, name: str, query: Query, seen: bytes | None) -> None:
        self._last_id += 1
        self._names[self._last_id] = name
        self._watched[name].id = self._last_id
        self._core.subscribe(self.key, self._last_id, query, seen, self._driver.now)
        self._driver.soon()

    def _withdraw(self, name: str, watched: Watched, status: status_pb2.Status) -> None:
        if watched.id is None:
            return
        del self._names[watched.id]
        self._core.unsubscribe(self.key, watched.id, self._driver.now)
        watched.id = None
        self._refuse_query(name, status)

    def _refuse_query(self, name: str, status: status_pb2.Status) -> None:
        token = resume.token(resume.digest(status.SerializeToString(deterministic=True), ok=False))
        self._outbox.put(update([QueryResult(query_id=name, error=status, resume_token=token)]))

    def _end_if_drained(self) -> None:
        if not self._pending and self._outbox.is_empty:
            self.end(Draining())


def _key(session_id: str, request_id: str) -> str:
    """The idempotency key of a mutation without one of its own."""
    key = f"{session_id}/{request_id}"
    return key if len(key) <= MAX_IDEMPOTENCY_KEY else hashlib.sha256(key.encode()).hexdigest()
