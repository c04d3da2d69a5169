"""What parses input from outside, under generated nonsense: a clear refusal or a result, in bounded time.

Two seconds each in the tests, as long as one likes in `make fuzz`. The shapes in `nonsense.py` are the
corpus, nothing is kept between runs.
"""

from __future__ import annotations

import contextlib
import json
import struct
from typing import Any

import orjson
import pytest
from albertplus.catalog.v1 import prerequisite_pb2, requirement_pb2
from google.protobuf import json_format
from hypothesis import strategies as st
from websockets.server import ServerProtocol

from gateway import ingestion, resume
from gateway.convex.messages import BadMessage, parse
from gateway.convex.values import InvalidValue, decode, encode
from gateway.functions.errors import ArgumentValidationError
from gateway.functions.table import FUNCTIONS
from runtime.interceptors import validate
from runtime.paging import PageToken
from runtime.refusal import Refusal
from tests.fuzz.budget import throw
from tests.fuzz.nonsense import ARGS, JSON, MESSAGES, TEXTS, like
from tests.gateway.convex.rig import Rig


def test_convex_messages_of_one_connection() -> None:
    def say(messages: list[Any]) -> None:
        session = Rig().client(connect=False).session
        for each in messages:
            if not session.outbox.is_over:
                session.receive(each if isinstance(each, str) else json.dumps(each))

    assert throw(st.lists(MESSAGES | st.text(), max_size=8), say) > 50


def test_texts_as_messages() -> None:
    def read(text: str) -> None:
        with contextlib.suppress(BadMessage):
            parse(text)

    assert throw(st.text() | MESSAGES.map(json.dumps), read, measured=True) > 50


def test_websocket_frames() -> None:
    frames = st.binary(max_size=200) | st.builds(
        lambda first, second, rest: bytes((first, second)) + rest,
        st.integers(0, 255),
        st.integers(0, 255),
        st.binary(max_size=40) | st.just(struct.pack("!Q", 2**63 - 1)),
    )

    def read(parts: list[bytes]) -> None:
        protocol = ServerProtocol(max_size=1000)
        protocol.receive_data(
            b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        (request,) = protocol.events_received()
        protocol.send_response(protocol.accept(request))  # type: ignore[arg-type]
        for part in parts:
            if protocol.parser_exc is None and not protocol.eof_sent:
                protocol.receive_data(part)
                protocol.events_received()

    assert throw(st.lists(frames, max_size=6), read, measured=True) > 50


def test_convex_values() -> None:
    def there_and_back(value: Any) -> None:
        with contextlib.suppress(InvalidValue):
            known = decode(value)
            assert encode(decode(orjson.loads(encode(known)))) == encode(known)

    assert throw(JSON, there_and_back, measured=True) > 50


def test_arguments_of_functions() -> None:
    def check(case: tuple[Any, Any]) -> None:
        function, args = case
        with contextlib.suppress(InvalidValue, ArgumentValidationError):
            function.args.check(decode(args))

    objects = st.sampled_from([*FUNCTIONS])
    shaped = objects.flatmap(
        lambda each: st.tuples(st.just(each), like(**dict.fromkeys(_fields(each.args), TEXTS)) | JSON)
    )
    assert throw(shaped, check) > 50


def _fields(validator: Any) -> list[str]:
    return [*getattr(validator, "fields", {}), *getattr(validator, "optional", {})]


def test_page_tokens_and_resume_tokens() -> None:
    def read(token: str) -> None:
        with contextlib.suppress(Refusal):
            PageToken.decode(token, "m", "f")
        resume.seen_digest(token)

    assert throw(st.text() | st.text(alphabet="abcXYZ012-_=.", max_size=300), read, measured=True) > 50


BODIES: list[tuple[type[Any], Any]] = [
    (ingestion.CourseBody, getattr(ingestion, "course", None)),
    (ingestion.ProgramBody, getattr(ingestion, "program", None)),
    (ingestion.OfferingBody, getattr(ingestion, "offering", None)),
]


@pytest.mark.parametrize(("kind", "convert"), BODIES, ids=lambda each: getattr(each, "__name__", ""))
def test_ingestion_bodies(kind: type[Any], convert: Any) -> None:
    names = {(field.alias or name): TEXTS | ARGS for name, field in kind.model_fields.items()}

    def read(body: Any) -> None:
        found = ingestion.read(kind, body)
        if not isinstance(found, list):
            convert(found, lambda _: True) if kind is ingestion.CourseBody else convert(found)

    assert throw(JSON | like(**names), read) > 20


TREES = [prerequisite_pb2.Prerequisite, requirement_pb2.Requirement]


@pytest.mark.parametrize("kind", TREES, ids=lambda each: each.__name__)
def test_trees_as_bytes_and_as_json(kind: Any) -> None:
    names = [field.json_name for field in kind.DESCRIPTOR.fields]
    leaf = st.dictionaries(st.sampled_from(names), JSON, max_size=2)
    tree = st.recursive(
        leaf,
        lambda inner: st.dictionaries(
            st.sampled_from(names), st.lists(inner, max_size=3) | inner, max_size=2
        ),
    )

    def read(given: Any) -> None:
        with contextlib.suppress(
            Refusal, json_format.ParseError, Exception if isinstance(given, bytes) else Refusal
        ):
            message = (
                kind.FromString(given) if isinstance(given, bytes) else json_format.ParseDict(given, kind())
            )
            validate(message)

    assert throw(st.binary(max_size=200) | tree, read) > 20


def test_trees_too_deep_for_the_stack_are_refused() -> None:
    deep = prerequisite_pb2.Prerequisite()
    field = next(each for each in deep.DESCRIPTOR.fields if each.message_type is not None)
    packed = b""
    for _ in range(5_000):
        packed = bytes([field.number << 3 | 2]) + _varint(len(packed)) + packed
    with pytest.raises(Exception, match=r"(?i)pars|recurs"):
        prerequisite_pb2.Prerequisite.FromString(packed)


def _varint(number: int) -> bytes:
    found = bytearray()
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    return bytes([*found, number])
