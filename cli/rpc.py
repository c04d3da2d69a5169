"""One call of a method by name, for commands that use messages rather than JSON."""

from __future__ import annotations

from typing import TypeVar

import grpc
from google.protobuf.message import Message

from cli import refusals

ResponseT = TypeVar("ResponseT", bound=Message)
SECONDS = 30.0


def send(
    address: str,
    method: str,
    request: Message,
    response: type[ResponseT],
    metadata: tuple[tuple[str, str], ...],
) -> ResponseT:
    """The answer of the gateway at `address`. Raises CommandError for a refusal."""
    with grpc.insecure_channel(address) as channel:
        call: grpc.UnaryUnaryMultiCallable[Message, ResponseT] = channel.unary_unary(
            f"/{method}",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=response.FromString,
        )
        try:
            answer: ResponseT = call(request, metadata=metadata, timeout=SECONDS)
        except grpc.RpcError as error:
            raise refusals.refused(refusals.status_of_error(error)) from error
    return answer
