"""What a run of a function may use, and what it leaves: reads, writes, log lines, the end of a page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

from albertplus.live.v1 import read_set_pb2
from google.protobuf.message import Message
from google.rpc import status_pb2
from grpc import StatusCode

from gateway.claims import Identity
from gateway.functions.errors import OutcomeUnknown, Refused
from gateway.functions.validators import shown
from gateway.methods import PublicMethods
from gateway.mutations import Mutation, carry_out
from gateway.sign_in import principal_of
from gateway.upstream import QUERY_TIMEOUT, Answer, Outgoing, Upstream
from runtime.auth import ANONYMOUS, Principal
from runtime.ids import new_id
from runtime.methods import Method
from runtime.status import error_info

MAX_LOG_LINES = 256
MAX_LOG_LINE = 4_096
ResponseT = TypeVar("ResponseT", bound=Message)
_DATALESS = frozenset((StatusCode.INVALID_ARGUMENT.value[0], StatusCode.PERMISSION_DENIED.value[0]))


@dataclass(frozen=True, slots=True)
class FunctionSettings:
    """What functions are told about the world."""

    scraper_url: str = ""
    """Where the scraper listens; empty: nowhere."""
    api_key: str = field(default="", repr=False)
    """The key that the scraper asks of us."""


@dataclass
class Context:
    """One run of one function."""

    upstream: Upstream
    methods: PublicMethods
    identity: Identity | None = None
    journal: str | None = None
    """Where the page of a paginated query ended when it was first read."""
    idempotency_key: str = field(default_factory=new_id)
    settings: FunctionSettings = field(default_factory=FunctionSettings)
    principal: Principal | None = None
    """Who calls the services; by default the identity."""
    new_journal: str | None = None
    log_lines: list[str] = field(default_factory=list)
    writes: list[read_set_pb2.WriteSet] = field(default_factory=list)
    _reads: read_set_pb2.ReadSet = field(default_factory=read_set_pb2.ReadSet)
    _unread: bool = False
    _mutations: int = 0

    @property
    def subject(self) -> str:
        """The caller's user id; empty for nobody. Using it makes the result the caller's own."""
        self._reads.personal = True
        return self.identity.subject if self.identity is not None else ""

    @property
    def reads(self) -> read_set_pb2.ReadSet | None:
        """All that was read; None when some call did not say what it read."""
        return None if self._unread else self._reads

    async def call(self, name: str, request: Message, response: type[ResponseT]) -> ResponseT:
        """The answer of an RPC (`CourseService/GetCourse`) to the caller. Raises Refused.

        A mutation happens once for each run of this function with the same key, however often it is sent;
        raises OutcomeUnknown when nobody says if it did.
        """
        method = self.methods.find(name)
        packed = request.SerializeToString(deterministic=True)
        answer = await (self._query(method, packed) if method.is_query else self._mutate(method, packed))
        self._note(answer)
        if answer.error is not None:
            raise _refusal(answer.error)
        return response.FromString(answer.response or b"")

    def log(self, *values: object, level: str = "LOG") -> None:
        """Adds a line that the client shows on its console."""
        if len(self.log_lines) < MAX_LOG_LINES:
            self.log_lines.append(f"[{level}] {' '.join(map(shown, values))}"[:MAX_LOG_LINE])

    def allow(self) -> Principal:
        """As whom services are called."""
        if self.principal is not None:
            return self.principal
        return principal_of(self.identity) if self.identity is not None else ANONYMOUS

    async def _query(self, method: Method, request: bytes) -> Answer:
        return await self.upstream.call(Outgoing(method, request, self.allow(), timeout=QUERY_TIMEOUT))

    async def _mutate(self, method: Method, request: bytes) -> Answer:
        self._mutations += 1
        key = self.idempotency_key if self._mutations == 1 else f"{self.idempotency_key}/{self._mutations}"
        return await carry_out(Mutation(method, request, self.allow(), key), self.upstream)

    def _note(self, answer: Answer) -> None:
        self.writes.extend(answer.writes)
        if answer.reads is not None:
            self._reads.reads.extend(answer.reads.reads)
            self._reads.incomplete.extend(answer.reads.incomplete)
            self._reads.personal |= answer.reads.personal
        elif not _read_nothing(answer.error):
            self._unread = True


def _read_nothing(error: status_pb2.Status | None) -> bool:
    """Refused before anything was read: it hangs on the request and the caller alone."""
    return error is not None and error.code in _DATALESS and error_info(error) is not None


def _refusal(status: status_pb2.Status) -> Refused:
    refused = Refused(status)
    return OutcomeUnknown(status) if refused.reason == "OUTCOME_UNKNOWN" else refused
