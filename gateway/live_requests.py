"""What a client may ask of a live session, checked before the core hears of it."""

from __future__ import annotations

from google.protobuf.message import DecodeError, Message

from gateway.errors import MalformedRequest, UnknownMethod
from gateway.live.messages import Query
from gateway.methods import PublicMethods, is_personal
from gateway.mutations import Mutation
from gateway.replies import refusal_status
from runtime.access import check_access
from runtime.auth import Principal
from runtime.interceptors import validate
from runtime.methods import Method
from runtime.refusal import Refusal


def scope_of(principal: Principal) -> str:
    """What personal results of this caller are kept under: a caller with other rights gets other results."""
    return f"{principal.kind}:{principal.subject}:{'admin' if principal.admin else ''}"


def live_query(methods: PublicMethods, name: str, request: bytes, caller: Principal) -> Query:
    """The query a client wants to watch. Raises the refusal it gets instead of a result."""
    method = methods.get(name)
    if not method.is_query:
        raise UnknownMethod(name, "it changes something, so it cannot be watched; use Mutate")
    check_access(method, caller)
    scope = scope_of(caller) if is_personal(method) else None
    return Query(method.service, method.name, canonical_request(method, request), scope)


def mutation(methods: PublicMethods, name: str, request: bytes, caller: Principal, key: str) -> Mutation:
    """The mutation a client wants done; one that is refused here keeps its place among the others."""
    try:
        method = methods.get(name)
        if method.is_query:
            raise UnknownMethod(name, "it only reads, so there is nothing to do; use Watch")
        check_access(method, caller)
        return Mutation(method, canonical_request(method, request), caller, key)
    except Refusal as refusal:
        return Mutation(None, request, caller, key, refused=refusal_status(refusal))


def canonical_request(method: Method, request: bytes) -> bytes:
    """The request in the one form in which equal requests are equal bytes. Raises what is wrong with it."""
    message = parsed(method, request)
    validate(message)
    return message.SerializeToString(deterministic=True)


def parsed(method: Method, request: bytes) -> Message:
    """The request's message. Raises MalformedRequest for bytes that are none."""
    try:
        return method.request.FromString(request)
    except DecodeError as error:
        raise MalformedRequest(method.name) from error
