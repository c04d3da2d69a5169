"""What happens to every call on its way in: who calls, may they, is the request valid; and on its way out.

One interceptor does all of it, because each further one costs as much again on the hot path.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, NoReturn, TypeAlias

import grpc
import protovalidate
import structlog
from google.protobuf.message import Message
from google.rpc import status_pb2

from runtime.access import check_access, check_process, is_recorded
from runtime.auth import PRINCIPAL_KEY, Verifier
from runtime.context import Call, enter
from runtime.methods import Method, Methods
from runtime.reads import READS_KEY, WRITES_KEY
from runtime.refusal import (
    Code,
    DeadlineExceeded,
    FieldViolation,
    InvalidArgument,
    InvalidFields,
    Refusal,
    Unavailable,
)
from runtime.settings import ProcessSettings
from runtime.status import CODES, DETAILS_KEY, internal, status_of

log = structlog.get_logger()

IDEMPOTENCY_KEY = "idempotency-key"
REQUEST_ID_KEY = "request-id"
MAX_IDEMPOTENCY_KEY = 200

FAILED = "INTERNAL"
"""The outcome of a call that ended in a defect of ours."""

Refused = Callable[[Call, Message, str], Awaitable[None]]
Context = grpc.aio.ServicerContext[Any, Any]
Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"


@dataclass(frozen=True)
class Deadlines:
    """How long calls may take, in seconds."""

    default: float = 30.0
    """When the caller did not say."""
    most: float = 120.0
    """Whatever the caller says."""

    @classmethod
    def of(cls, settings: ProcessSettings) -> Deadlines:
        """What the settings say."""
        return cls(settings.default_call_seconds, settings.max_call_seconds)

    def seconds(self, remaining: float | None) -> float:
        """What a call has whose caller has so much left."""
        return min(self.default if remaining is None else remaining, self.most)


class CallInterceptor(grpc.aio.ServerInterceptor):
    """Surrounds every RPC of a service."""

    def __init__(
        self, verifier: Verifier, methods: Methods, refused: Refused, deadlines: Deadlines | None = None
    ) -> None:
        """`refused` hears of each call for the audit log that came to nothing, and why."""
        self._refused = refused
        self._deadlines = deadlines or Deadlines()
        self._verifier = verifier
        self._methods = methods
        self._wrapped: dict[str, Handler] = {}

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Handler | None]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Handler | None:
        """Answers the handler of a call, surrounded; the same one for every call of a method."""
        name = handler_call_details.method
        if name not in self._wrapped:
            handler = await continuation(handler_call_details)
            if handler is None:  # not remembered: names come from outside
                return None
            self._wrapped[name] = self._wrap(handler, name)
        return self._wrapped[name]

    def _wrap(self, handler: Handler, name: str) -> Handler:
        method = self._methods.find(name.removeprefix("/"))
        if method is None:  # health and reflection: open to whoever reaches the port
            return handler
        shapes = (
            (handler.unary_unary, grpc.unary_unary_rpc_method_handler, self._unary),
            (handler.stream_unary, grpc.stream_unary_rpc_method_handler, self._unary),
            (handler.unary_stream, grpc.unary_stream_rpc_method_handler, self._streaming),
            (handler.stream_stream, grpc.stream_stream_rpc_method_handler, self._streaming),
        )
        inner, make, surround = next(shape for shape in shapes if shape[0])
        return make(
            surround(inner, method),
            request_deserializer=handler.request_deserializer,
            response_serializer=handler.response_serializer,
        )

    def _unary(self, handler: Any, method: Method) -> Any:
        async def call(request: Any, context: Context) -> Any:
            current = None
            try:
                current = self._enter(context, method)
                _check(current, request, method)
                async with asyncio.timeout(current.time_left()):  # also ends the statement under way
                    response = await handler(request, context)
                context.set_trailing_metadata(_trailing(current, method))
                return response
            except Refusal as refusal:
                await self._record(current, request, refusal.reason())
                await _abort(context, refusal, current, method)
            except Exception as error:
                await self._record(current, request, FAILED)
                await _fail(context, error, current, method)

        return call

    def _streaming(self, handler: Any, method: Method) -> Any:
        async def call(request: Any, context: Context) -> AsyncIterator[Any]:
            current = None
            try:
                current = self._enter(context, method)
                _check(current, request, method)
                async for response in handler(request, context):
                    yield response
            except Refusal as refusal:
                await _abort(context, refusal, current, method)
            except Exception as error:
                await _fail(context, error, current, method)

        return call

    async def _record(self, call: Call | None, request: Any, outcome: str) -> None:
        if call is not None and call.recorded:
            await self._refused(call, request, outcome)

    def _enter(self, context: Context, method: Method) -> Call:
        metadata = dict(context.invocation_metadata() or ())
        remaining = context.time_remaining()
        caller = self._verifier.caller(str(metadata.get(PRINCIPAL_KEY, "")))
        key = metadata.get(IDEMPOTENCY_KEY)
        if key is not None and not 0 < len(key) <= MAX_IDEMPOTENCY_KEY:
            raise InvalidArgument(IDEMPOTENCY_KEY, f"is 1 to {MAX_IDEMPOTENCY_KEY} characters")
        call = Call(
            method=method.name,
            caller=caller.principal,
            process=caller.process,
            assertion=caller.assertion,
            recorded=is_recorded(method, caller.principal),
            request_id=str(metadata.get(REQUEST_ID_KEY) or uuid.uuid4()),
            deadline=time.monotonic() + self._deadlines.seconds(remaining),
            idempotency_key=None if method.is_query or key is None else str(key),
        )
        enter(call)
        return call


def _check(call: Call, request: Any, method: Method) -> None:
    check_process(method, call.process)
    check_access(method, call.caller)
    if isinstance(request, Message):
        validate(request)


def validate(request: Message) -> None:
    """Checks a message against the rules in its proto. Raises InvalidArgument naming every broken rule."""
    violations = protovalidate.collect_violations(request)
    if not violations:
        return
    broken = tuple(FieldViolation(field_path(each.proto), each.proto.message) for each in violations)
    raise InvalidFields(broken[0].field, broken[0].rule, broken)


def field_path(violation: Any) -> str:
    """The path of a violated field, as in ``courses[3].code``."""
    parts = []
    for element in violation.field.elements if violation.field else ():
        subscript = getattr(element, "subscript", None)
        value = getattr(subscript, "value", None)
        parts.append(f"{element.field_name}[{value}]" if value is not None else element.field_name)
    return ".".join(parts)


def _trailing(call: Call, method: Method) -> tuple[tuple[str, str | bytes], ...]:
    if method.is_query:
        return ((READS_KEY, call.reads.message().SerializeToString()),)
    return ((WRITES_KEY, call.writes),) if call.writes else ()


async def _abort(context: Context, refusal: Refusal, call: Call | None, method: Method) -> NoReturn:
    await _end(context, status_of(refusal, method.service), call, method)


async def _fail(context: Context, error: Exception, call: Call | None, method: Method) -> None:
    if isinstance(error, grpc.aio.AbortError):
        raise error
    if isinstance(error, grpc.aio.AioRpcError):
        await _pass_on(context, error, call, method)
    if isinstance(error, TimeoutError) and call is not None and call.time_left() == 0:
        await _abort(context, DeadlineExceeded(), call, method)
    request_id = call.request_id if call else str(uuid.uuid4())
    log.error("call failed", method=method.name, request_id=request_id, exc_info=error)
    await _end(context, internal(request_id, method.service), call, method)


async def _pass_on(
    context: Context, error: grpc.aio.AioRpcError, call: Call | None, method: Method
) -> NoReturn:
    """A nested call was refused: its own words reach the caller, unless they are about our internals."""
    hidden = {Code.INTERNAL, Code.UNAUTHENTICATED, Code.UNIMPLEMENTED, Code.UNKNOWN}
    packed = dict(error.trailing_metadata() or ()).get(DETAILS_KEY)
    if error.code() in hidden:
        request_id = call.request_id if call else ""
        log.error("nested call failed", method=method.name, request_id=request_id, exc_info=error)
        await _end(context, internal(request_id, method.service), call, method)
    known = status_pb2.Status.FromString(packed) if isinstance(packed, bytes) else None
    await _end(context, known or status_of(Unavailable("a nested service"), method.service), call, method)


async def _end(context: Context, status: status_pb2.Status, call: Call | None, method: Method) -> NoReturn:
    trailing = [(DETAILS_KEY, status.SerializeToString())]
    if call is not None:
        trailing.extend(_trailing(call, method))
    await context.abort(CODES[status.code], status.message, tuple(trailing))
