"""What SQL, searches and JSON give a meaning to, in every text that can be sent: it is a text, nothing else.

The requests are generated from the protos and from the functions' arguments, so a new field is tried as well.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import grpc
import httpx
import pytest
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from gateway.functions.function import Function, Kind
from gateway.functions.table import FUNCTIONS
from gateway.functions.validators import Array, Id, Literal, Object, Record, Simple, Union, Validator
from gateway.methods import public_methods
from runtime.methods import Method
from tests.gateway.functions.world import World

pytestmark = pytest.mark.asyncio(loop_scope="module")

HOSTILE = [
    "'; drop table courses; --",
    "' or 1=1 --",
    '" or ""="',
    "%s %(x)s {} {0} $1 :x ?",
    "\\'; select pg_sleep(30); --",
    "%_%_%\\",
    "a & b | !c <-> d:* ( ) ' \"",
    "((((((((((((((((((((*",
    "/*/by_id/*",
    "\x00",
    "\u0000'\u202e\ufeff\U0001f4a9",
    "(a+)+$" * 20,
    "a" * 5_000,
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "${jndi:ldap://x} {{7*7}}",
]
DEFECTS = (grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN, grpc.StatusCode.DEADLINE_EXCEEDED)
SECONDS = 3.0
HARMLESS = "x"


def requests(method: Method, text: str) -> Iterator[bytes]:
    """Requests with the text in every field, and in each field alone: one wrong field hides the others."""
    yield fill(method.request(), text).SerializeToString()
    for field in method.request.DESCRIPTOR.fields:
        yield fill(method.request(), text, only=field.name).SerializeToString()


def fill(message: Message, text: str, depth: int = 0, only: str = "") -> Message:
    """Puts the text into every field that takes one, however deep."""
    for field in message.DESCRIPTOR.fields:
        if only not in ("", field.name):
            continue
        if field.containing_oneof is not None and message.WhichOneof(field.containing_oneof.name):
            continue
        if field.message_type is not None and (depth == 4 or field.message_type.GetOptions().map_entry):
            continue
        value = _value(field, message, text, depth)
        if value is None:
            continue
        if field.is_repeated:
            getattr(message, field.name).append(value)
        elif field.message_type is not None:
            getattr(message, field.name).CopyFrom(value)
        else:
            setattr(message, field.name, value)
    return message


def _value(field: Any, message: Message, text: str, depth: int) -> Any:
    if field.message_type is not None:
        parent = getattr(message, field.name)
        made = parent.add() if field.is_repeated else type(parent)()
        if field.is_repeated:
            del parent[:]
        return fill(made, text, depth + 1)
    if field.type == FieldDescriptor.TYPE_STRING:
        return text
    if field.type == FieldDescriptor.TYPE_BYTES:
        return text.encode()
    if field.enum_type is not None:
        return field.enum_type.values[-1].number
    return {"year": 2025}.get(field.name, 1)


def all_arguments(function: Function, text: str) -> Iterator[Any]:
    """Arguments with the text everywhere, and in each field alone."""
    yield argument(function.args, text)
    if isinstance(function.args, Object):
        for name, each in {**function.args.fields, **function.args.optional}.items():
            yield {**argument(function.args, HARMLESS), name: argument(each, text)}


def argument(validator: Validator, text: str) -> Any:
    """A value of this shape, with the text wherever a text may be."""
    if isinstance(validator, Object):
        every = {**validator.fields, **validator.optional}
        return {name: argument(each, text) for name, each in every.items()}
    if isinstance(validator, Array):
        return [argument(validator.element, text)]
    if isinstance(validator, Record):
        return {"a": argument(validator.element, text)}
    if isinstance(validator, Literal):
        return validator.value
    if isinstance(validator, Union):
        none = any(isinstance(each, Simple) and type(None) in each.classes for each in validator.members)
        return None if none and text == HARMLESS else argument(validator.members[0], text)
    if isinstance(validator, Simple) and str not in validator.classes:
        return True if bool in validator.classes else 2025.0 if float in validator.classes else None
    assert isinstance(validator, Simple | Id) or validator is not None
    return text


def methods() -> Iterator[Method]:
    """Every RPC that the gateway offers."""
    return iter(sorted(public_methods(), key=lambda each: each.name))


@pytest.mark.parametrize("method", methods(), ids=lambda each: each.name)
async def test_no_rpc_takes_a_text_for_more(world: World, method: Method) -> None:
    call: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes]
    call = world.rig.channel().unary_unary(f"/{method.name}")
    for text in HOSTILE:
        for request in requests(method, text):
            started = time.monotonic()
            sent = call(request, metadata=world.rig.signed_in("ada", admin=True), timeout=20)
            assert await sent.code() not in DEFECTS, (text, await sent.details())
            assert time.monotonic() - started < SECONDS, text


@pytest.mark.parametrize("function", [*FUNCTIONS], ids=lambda each: each.name)
async def test_no_function_takes_a_text_for_more(world: World, function: Function) -> None:
    (_, token), *_ = world.rig.signed_in("ada", admin=True)
    base = f"http://127.0.0.1:{world.rig.gateways[0].http_port}"
    path = {Kind.QUERY: "query", Kind.MUTATION: "mutation", Kind.ACTION: "action"}[function.kind]
    async with httpx.AsyncClient(base_url=base, headers={"authorization": token}) as client:
        for text in HOSTILE:
            for args in all_arguments(function, text):
                body = {"path": function.name, "args": args, "format": "json"}
                started = time.monotonic()
                answer = await client.post(f"/api/{path}", json=body, timeout=20)
                assert answer.status_code == 200, (text, answer.text)
                assert time.monotonic() - started < SECONDS, text


async def test_the_tables_are_still_there(world: World) -> None:
    for method in methods():
        if method.is_query and "/List" in method.name:
            call: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes]
            call = world.rig.channel().unary_unary(f"/{method.name}")
            sent = call(b"", metadata=world.rig.signed_in("ada", admin=True), timeout=20)
            assert await sent.code() in (grpc.StatusCode.OK, grpc.StatusCode.INVALID_ARGUMENT)
