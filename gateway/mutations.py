"""Mutations of live sessions: each is carried out until its outcome is known."""

from __future__ import annotations

import time
from asyncio import sleep
from dataclasses import dataclass

from google.rpc import status_pb2

from gateway import metrics
from gateway.errors import OutcomeUnknown
from gateway.replies import refusal_status
from gateway.upstream import MUTATION_TIMEOUT, Answer, Outgoing, Upstream
from runtime.auth import Principal
from runtime.methods import Method

PATIENCE = 60.0  # seconds after which an unknown outcome is reported as just that
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 2.0


@dataclass(frozen=True, slots=True)
class Mutation:
    """A mutation as its session queued it. With `refused` it is not sent, but keeps its place in line."""

    method: Method | None
    request: bytes
    principal: Principal
    idempotency_key: str
    refused: status_pb2.Status | None = None


async def carry_out(mutation: Mutation, upstream: Upstream) -> Answer:
    """The outcome of the mutation.

    While nobody can say whether it happened it is sent again under the same idempotency key, so that it
    happens once; after PATIENCE the outcome is reported as unknown, never as failed.
    """
    if mutation.method is None or mutation.refused is not None:
        return Answer(None, mutation.refused)
    outgoing = Outgoing(
        mutation.method,
        mutation.request,
        mutation.principal,
        idempotency_key=mutation.idempotency_key,
        timeout=MUTATION_TIMEOUT,
    )
    answer = await _until_known(outgoing, upstream)
    metrics.mutations.labels(mutation.method.name, answer.code.name).inc()
    return answer


async def _until_known(outgoing: Outgoing, upstream: Upstream) -> Answer:
    until, pause = time.monotonic() + PATIENCE, FIRST_PAUSE
    while not (answer := await upstream.call(outgoing)).outcome_known:
        if time.monotonic() + pause >= until:
            return Answer(None, refusal_status(OutcomeUnknown(outgoing.idempotency_key or "")))
        metrics.mutation_retries.inc()
        await sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)
    return answer
