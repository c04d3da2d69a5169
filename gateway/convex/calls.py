"""Running functions for the Convex door: live queries, mutations, actions, and what HTTP asks once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson
import structlog
from albertplus.live.v1 import read_set_pb2

from gateway import metrics, translate
from gateway.convex.identity import NOBODY, Caller
from gateway.convex.results import CallPayload, Renderer, digest, request_id, valid_text
from gateway.convex.values import InvalidValue, decode, encode
from gateway.functions.context import Context, FunctionSettings
from gateway.functions.function import Function, FunctionTable, Kind
from gateway.functions.runner import Failure, Outcome, find_function, query_scope, refusal, run_function
from gateway.live.messages import Query, RunResult, WriteSet
from gateway.methods import PublicMethods
from gateway.upstream import Upstream
from runtime.ids import new_id

METHOD = "function:"
MAX_ARGUMENTS = 16 * 1024 * 1024
DEFECT = Failure("Uncaught Error: internal error", system=True)
_QUOTED = re.compile(r"\n(?:Value|Object): .*", re.DOTALL)
"""What a client sent, as the refusal of its arguments quotes it: for the client, not for the log."""
_PAGE_FIELDS = {"numItems", "cursor"}

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """A mutation or an action as its session queued it, with the identity it had then."""

    path: str
    args: Any
    caller: Caller
    session_id: str
    number: int
    """The request's id within its session."""


class FunctionCalls:
    """The functions of this process, ready to run."""

    def __init__(
        self,
        table: FunctionTable,
        upstream: Upstream,
        methods: PublicMethods,
        settings: FunctionSettings,
        renderer: Renderer,
    ) -> None:
        self._table = table
        self._upstream = upstream
        self._methods = methods
        self._settings = settings
        self.renderer = renderer

    # Live queries

    def live_query(self, path: str, args: Any, journal: str | None, caller: Caller) -> Query:
        """What the core is to watch. Whatever is wrong with it is found when it runs, and is its result."""
        function = self._table.find(path)
        shared = (
            function is not None
            and refusal(function, caller.identity) is None
            and query_scope(function, caller.identity) is None
        )
        name = function.name if function is not None else ""  # clients cannot make up names for our counters
        request = _request(args, journal, "" if function is not None else path)
        return Query("", METHOD + name, request, None if shared else caller.scope)

    def owns(self, query: Query) -> bool:
        """Whether this is a function."""
        return query.method.startswith(METHOD)

    async def run_query(self, query: Query, caller: object) -> RunResult:
        """The result of a live query, for one of those who watch it. Never raises."""
        request, who = orjson.loads(query.request), caller if isinstance(caller, Caller) else NOBODY
        journal: str | None = request["journal"]
        path = query.method.removeprefix(METHOD) or request["path"]
        if request["problem"] and self._table.find(path) is not None:
            outcome = _refused(_not_a_value(request["problem"]))
        else:
            outcome = await self._run(Kind.QUERY, path, request["args"], who, journal=journal)
        payload = self.renderer.query(outcome, journal)
        try:
            reads = None if outcome.reads is None else translate.read_set(outcome.reads)
        except ValueError:
            log.exception("a read set is nonsense", function=path)
            reads = None
        return RunResult(payload, digest(outcome, journal), reads, error=not payload.ok)

    # Calls

    async def run_mutation(self, call: object) -> tuple[CallPayload, tuple[WriteSet, ...]]:
        """Runs a mutation, once for each session and request, however often it is sent. Never raises."""
        assert isinstance(call, FunctionCall)
        key = f"{call.session_id}/{call.number}"
        outcome = await self._run(Kind.MUTATION, call.path, call.args, call.caller, key=key)
        payload = self.renderer.call(outcome, request_id(call.session_id, call.number), written_at(outcome))
        return payload, translate.write_sets(outcome.writes)

    async def act(self, call: FunctionCall) -> tuple[CallPayload, tuple[read_set_pb2.WriteSet, ...]]:
        """Runs an action. Never raises."""
        outcome = await self._run(Kind.ACTION, call.path, call.args, call.caller)
        return self.renderer.call(outcome, request_id(call.session_id, call.number)), outcome.writes

    async def once(self, kind: Kind, path: str, args: Any, caller: Caller) -> Outcome:
        """Runs a function outside of any session. Never raises."""
        outcome = await self._run(kind, path, args, caller)
        # Trying again would not help, as it would if a service were not there.
        return replace(outcome, error=Failure(DEFECT.text)) if outcome.error is DEFECT else outcome

    def kind_of(self, path: str) -> Kind:
        """What sort of function this is; a name that nothing has counts as a query."""
        function = self._table.find(path)
        return function.kind if function is not None else Kind.QUERY

    async def _run(
        self, kind: Kind, path: str, args: Any, caller: Caller, *, journal: str | None = None, key: str = ""
    ) -> Outcome:
        function = find_function(self._table, path, kind)
        if isinstance(function, Failure):
            return _refused(function)
        try:
            arguments = decode(_single(args))
            _check_size(path, arguments)
        except InvalidValue as error:
            return _refused(_not_a_value(error))
        context = Context(
            self._upstream,
            self._methods,
            identity=caller.identity,
            journal=journal,
            idempotency_key=key or new_id(),
            settings=self._settings,
        )
        return await self._run_known(function, arguments, context)

    async def _run_known(self, function: Function, arguments: Any, context: Context) -> Outcome:
        try:
            outcome = await run_function(function, arguments, context)
        except Exception:  # a defect of the function; what it wrote so far is written
            log.exception("function failed", function=function.name)
            outcome = Outcome(None, DEFECT, tuple(context.log_lines), writes=tuple(context.writes))
        metrics.functions.labels(function.name, "ok" if outcome.error is None else "error").inc()
        if outcome.error is not None:
            problem = _QUOTED.sub("", outcome.error.text)
            log.debug("function refused", function=function.name, problem=problem)
        return outcome


def written_at(outcome: Outcome) -> int | None:
    """When a mutation was first made, in nanoseconds; None if it wrote nothing."""
    times = [each.commit_time.ToNanoseconds() for each in outcome.writes if each.HasField("commit_time")]
    return max(times, default=None)


def _request(args: Any, journal: str | None, path: str) -> bytes:
    """A query's arguments and journal in the one form in which equal ones are equal bytes."""
    try:
        single, problem = encode(_without_page_id(decode(_single(args)))), ""
    except InvalidValue as error:
        single, problem = b"null", valid_text(str(error))
    texts = (orjson.dumps(each) for each in (journal, valid_text(path), problem))
    return b'{"args":%s,"journal":%s,"path":%s,"problem":%s}' % (single, *texts)


def _without_page_id(args: Any) -> Any:
    """Hooks number their pages only to tell them apart; equal pages are to be one query."""
    options = args.get("paginationOpts") if isinstance(args, dict) else None
    if not isinstance(options, dict) or not options.keys() >= _PAGE_FIELDS or "id" not in options:
        return args
    return {**args, "paginationOpts": {name: each for name, each in options.items() if name != "id"}}


def _single(args: Any) -> Any:
    """The arguments themselves: clients wrap them in a list, plain HTTP need not."""
    if isinstance(args, dict):
        return args
    if (
        isinstance(args, Sequence)
        and not isinstance(args, str)
        and len(args) == 1
        and isinstance(args[0], dict)
    ):
        return args[0]
    raise InvalidValue("the arguments must be one object")


def _check_size(path: str, arguments: Any) -> None:
    size = len(encode(arguments))
    if size > MAX_ARGUMENTS:
        raise InvalidValue(
            f"Arguments for {path} are too large (actual: {size} bytes, limit: {MAX_ARGUMENTS} bytes)"
        )


def _not_a_value(problem: object) -> Failure:
    return Failure(f"ArgumentValidationError: {problem}")


def _refused(failure: Failure) -> Outcome:
    """Refused before anything was read: it hangs on the request alone."""
    return Outcome(None, failure, reads=read_set_pb2.ReadSet())
