"""`POST /webhooks/clerk`: the sign-in provider tells of its accounts.

Whatever is not answered with 2xx Clerk sends again, for about a day. So a message that was taken is answered
with 200, also the second time; one that identity cannot take just now with 503. The message's id is the
idempotency key of what it does, so it is stored in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog
from albertplus.identity.v1 import account_service_pb2 as pb
from albertplus.identity.v1 import user_pb2
from albertplus.live.v1 import read_set_pb2
from google.protobuf.message import Message
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from gateway import clerk, metrics
from gateway.upstream import Answer, Outgoing, Upstream
from runtime.auth import Principal
from runtime.methods import Methods
from runtime.refusal import Code
from runtime.status import error_info

PATH = "/webhooks/clerk"
SERVICE = "albertplus.identity.v1.AccountService"
TIMEOUT = 10.0
_AGAIN = {"Retry-After": "30"}
_FOR_GOOD = (Code.INVALID_ARGUMENT,)

Wrote = Callable[[tuple[read_set_pb2.WriteSet, ...]], None]

log = structlog.get_logger(__name__)


class ClerkWebhooks:
    """The route, for whoever signs with one of the secrets; nobody if there is none."""

    def __init__(self, upstream: Upstream, secrets: clerk.Secrets, wrote: Wrote) -> None:
        """`wrote` hears of every write."""
        self._upstream = upstream
        self._secrets = secrets
        self._methods = {method.name.rpartition("/")[2]: method for method in Methods((SERVICE,))}
        self._wrote = wrote

    def routes(self) -> list[BaseRoute]:
        """What to mount. Without a secret there is nothing at this path."""
        return [Route(PATH, self._answer, methods=["POST"])] if self._secrets.issuers else []

    async def _answer(self, request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return _refused(413, f"the body is longer than {clerk.MAX_BODY} bytes")
        try:
            event = self._secrets.verify(request.headers, body)
            call = _call(event)
        except clerk.Malformed as error:
            return _refused(400, str(error))
        except clerk.Forged:
            return _refused(401, "not signed with a secret that is good here, or not now")
        if call is None:
            return _taken("ignored", event)
        return await self._carry_out(event, *call)

    async def _carry_out(self, event: clerk.Event, name: str, request: Message) -> Response:
        answer = await self._upstream.call(
            Outgoing(
                self._methods[name],
                request.SerializeToString(deterministic=True),
                Principal.service("gateway"),
                idempotency_key=f"clerk/{event.message}",
                timeout=TIMEOUT,
            )
        )
        self._wrote(answer.writes)
        if answer.error is not None:
            return _failed(answer, event)
        outcome = pb.ReportAccountResponse.FromString(answer.response or b"").outcome
        return _taken(_OUTCOMES.get(outcome, "applied"), event)


_OUTCOMES = {
    pb.REPORT_OUTCOME_APPLIED: "applied",
    pb.REPORT_OUTCOME_STALE: "stale",
    pb.REPORT_OUTCOME_DELETED: "deleted",
}


def _call(event: clerk.Event) -> tuple[str, Message] | None:
    """What an event makes of identity; None for one that is not about an account. Raises Malformed."""
    if not event.is_of_user:
        return None
    key = user_pb2.Account(issuer=event.issuer, subject=clerk.subject(event))
    if event.is_deletion:
        return "ReportAccountDeleted", pb.ReportAccountDeletedRequest(account=key)
    found = clerk.account(event)
    return "ReportAccount", pb.ReportAccountRequest(
        account=key, email=found.email, admin=found.admin, update_time=found.update_time
    )


async def _body(request: Request) -> bytes | None:
    """The body; None for one that is too long, of which no more is read."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > clerk.MAX_BODY:
            return None
    return bytes(body)


def _failed(answer: Answer, event: clerk.Event) -> Response:
    assert answer.error is not None
    info = error_info(answer.error)
    reason = info.reason if info is not None else answer.code.name
    log.warning("a webhook was not taken", message=event.message, type=event.type, reason=reason)
    if answer.code in _FOR_GOOD:
        return _refused(400, "identity does not take this")
    metrics.webhooks.labels("unavailable").inc()
    return JSONResponse({"error": "identity cannot take this just now"}, 503, _AGAIN)


def _refused(status: int, problem: str) -> Response:
    metrics.webhooks.labels("refused").inc()
    log.warning("a webhook was refused", status=status, problem=problem)
    return JSONResponse({"error": problem}, status)


def _taken(outcome: str, event: clerk.Event) -> Response:
    metrics.webhooks.labels(outcome).inc()
    log.info("a webhook was taken", message=event.message, type=event.type[:100], outcome=outcome)
    return JSONResponse({"outcome": outcome})
