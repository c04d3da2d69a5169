"""The protos as they are: descriptors of everything, and the comments of their sources."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from albertplus.live.v1 import access_pb2
from buf.validate import validate_pb2
from google.protobuf.descriptor import FieldDescriptor, FileDescriptor, MethodDescriptor, ServiceDescriptor
from google.protobuf.descriptor_pb2 import DescriptorProto, FileDescriptorSet, MethodOptions

from tools.protos import PROTOS, image, proto_files


@functools.cache
def files() -> tuple[FileDescriptor, ...]:
    """The descriptors of all our proto files, from the generated code."""
    modules = (name.removesuffix(".proto").replace("/", ".") + "_pb2" for name in proto_files(PROTOS))
    return tuple(import_module(module).DESCRIPTOR for module in modules)


def services() -> list[ServiceDescriptor]:
    """Every service."""
    return [service for file in files() for service in file.services_by_name.values()]


def methods() -> list[MethodDescriptor]:
    """Every rpc of every service."""
    return [method for service in services() for method in service.methods]


def method_named(pattern: str) -> list[MethodDescriptor]:
    """Every rpc whose name starts with `pattern`."""
    return [method for method in methods() if method.name.startswith(pattern)]


def _extension(element: MethodDescriptor | FieldDescriptor, option: FieldDescriptor) -> Any:
    # The generated stubs don't say what an extension extends, so it can't be looked up in typed code.
    return cast(Any, element.GetOptions()).Extensions[option]


def is_query(method: MethodDescriptor) -> bool:
    """Whether the rpc is marked as free of side effects."""
    return bool(method.GetOptions().idempotency_level == MethodOptions.NO_SIDE_EFFECTS)


def access(method: MethodDescriptor) -> int:
    """The rpc's access option; 0 if it has none."""
    return int(_extension(method, access_pb2.access))


def rules(field: FieldDescriptor) -> validate_pb2.FieldRules:
    """The protovalidate rules of a field."""
    return cast(validate_pb2.FieldRules, _extension(field, validate_pb2.field))


def request_fields() -> list[FieldDescriptor]:
    """Every field of a request, however deep, that the caller fills in."""
    found: dict[str, list[FieldDescriptor]] = {}
    waiting = [method.input_type for method in methods()]
    while waiting:
        message = waiting.pop()
        if message.full_name not in found and message.full_name.startswith("albertplus."):
            fields = [field for field in message.fields if rules(field).ignore != validate_pb2.IGNORE_ALWAYS]
            found[message.full_name] = fields
            waiting += [field.message_type for field in fields if field.message_type]
    return [field for fields in found.values() for field in fields]


@functools.cache
def comments() -> dict[str, str]:
    """The comment before each field and enum value, by full name."""
    with tempfile.TemporaryDirectory() as folder:
        compiled = FileDescriptorSet.FromString(image(PROTOS, Path(folder) / "image").read_bytes())
    texts: dict[str, str] = {}
    for file in compiled.file:
        before = {tuple(place.path): place.leading_comments for place in file.source_code_info.location}
        for index, enum in enumerate(file.enum_type):
            for number, value in enumerate(enum.value):
                texts[f"{file.package}.{enum.name}.{value.name}"] = before.get((5, index, 2, number), "")
        for index, message in enumerate(file.message_type):
            texts |= dict(_of_fields(message, f"{file.package}.{message.name}", (4, index), before))
    return texts


def _of_fields(
    message: DescriptorProto, name: str, path: tuple[int, ...], before: Mapping[tuple[int, ...], str]
) -> Iterator[tuple[str, str]]:
    for number, field in enumerate(message.field):
        yield f"{name}.{field.name}", before.get((*path, 2, number), "")
    for number, nested in enumerate(message.nested_type):
        yield from _of_fields(nested, f"{name}.{nested.name}", (*path, 3, number), before)
