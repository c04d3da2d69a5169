"""Every public RPC of the three services, callable at the gateway as itself.

Requests and responses pass through as bytes; what changes is who vouches for the caller: the user's token is
verified here, and the service gets our own assertion of who that is.
"""

from __future__ import annotations

import time
from typing import Any

import grpc
import structlog

from gateway import metrics
from gateway.addresses import current_address
from gateway.driver import LiveDriver
from gateway.guard import Guard, Verifier
from gateway.live_requests import parsed
from gateway.methods import PublicMethods
from gateway.replies import PROCESS, Context, abort, authorization, refusal_status
from gateway.sign_in import bearer_token, principal_of
from gateway.upstream import MUTATION_TIMEOUT, QUERY_TIMEOUT, Answer, Outgoing, Upstream
from runtime.access import check_access
from runtime.auth import ANONYMOUS, Principal
from runtime.ids import new_id
from runtime.interceptors import IDEMPOTENCY_KEY, REQUEST_ID_KEY
from runtime.methods import Method
from runtime.refusal import Refusal
from runtime.status import internal

log = structlog.get_logger(__name__)

PREFIX = "/albertplus."
LONGEST = 120.0  # seconds, however long the caller would wait


class ForwardingDoor(grpc.GenericRpcHandler):
    """Answers every call of ours that no other door answers."""

    def __init__(
        self,
        methods: PublicMethods,
        upstream: Upstream,
        driver: LiveDriver,
        sign_in: Verifier,
        guard: Guard | None = None,
    ) -> None:
        """Without a `guard` nobody is counted."""
        self._guard = guard or Guard()
        self._methods = methods
        self._upstream = upstream
        self._driver = driver
        self._sign_in = sign_in
        self._handlers: dict[str, grpc.RpcMethodHandler[bytes, bytes]] = {}

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> Any:
        """The handler of a method; None for names that are not ours."""
        name = handler_call_details.method
        if not name.startswith(PREFIX):
            return None
        if name not in self._handlers:
            try:
                method = self._methods.get(name)
            except Refusal as refusal:
                return _refusing(refusal)
            self._handlers[name] = grpc.unary_unary_rpc_method_handler(self._forwarding(method))
        return self._handlers[name]

    def _forwarding(self, method: Method) -> Any:
        async def forward(request: bytes, context: Context) -> bytes:
            started = time.monotonic()
            try:
                answer = await self._answer(method, request, context)
            except Exception:  # gRPC would tell the caller its words
                request_id = new_id()
                log.exception("a call failed", method=method.name, request_id=request_id)
                answer = Answer(None, internal(request_id, PROCESS))
            code = answer.code
            metrics.forwarded.labels(method.name, code.name).inc()
            metrics.forward_seconds.labels(method.name).observe(time.monotonic() - started)
            if answer.error is not None:
                await abort(context, answer.error)
            return answer.response or b""

        return forward

    async def _answer(self, method: Method, request: bytes, context: Context) -> Answer:
        try:
            current_address.set(self._guard.proxies.of_call(context))
            principal = await self._caller(method, context)
            check_access(method, principal)
            parsed(method, request)
        except Refusal as refusal:
            return Answer(None, refusal_status(refusal))
        answer = await self._upstream.call(_outgoing(method, request, principal, context))
        self._driver.wrote(answer.writes)  # before the caller can ask again
        return answer

    async def _caller(self, method: Method, context: Context) -> Principal:
        token = bearer_token(authorization(context))
        identity = await self._sign_in.verify(token) if token is not None else None
        self._guard.check(identity, mutation=not method.is_query)
        return principal_of(identity) if identity is not None else ANONYMOUS


def _outgoing(method: Method, request: bytes, principal: Principal, context: Context) -> Outgoing:
    metadata = dict(context.invocation_metadata() or ())
    key = metadata.get(IDEMPOTENCY_KEY)
    remaining = context.time_remaining()
    default = QUERY_TIMEOUT if method.is_query else MUTATION_TIMEOUT
    return Outgoing(
        method,
        request,
        principal,
        request_id=str(metadata.get(REQUEST_ID_KEY) or new_id()),
        idempotency_key=None if key is None or method.is_query else str(key),
        timeout=default if remaining is None else min(remaining, LONGEST),
    )


def _refusing(refusal: Refusal) -> Any:
    async def refuse(request: bytes, context: Context) -> bytes:
        await abort(context, refusal_status(refusal))

    return grpc.unary_unary_rpc_method_handler(refuse)
