"""The comments of the protos, by the full name of what they are about."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet

from tools.protos import PROTOS, image

_ENUM, _SERVICE, _MEMBER = 5, 6, 2
"""Field numbers of FileDescriptorProto, EnumDescriptorProto.value and ServiceDescriptorProto.method."""


@functools.cache
def comments() -> dict[str, str]:
    """The comment before each service, rpc, enum at the top of a file, and value of such an enum."""
    with tempfile.TemporaryDirectory() as folder:
        compiled = FileDescriptorSet.FromString(image(PROTOS, Path(folder) / "image").read_bytes())
    found: dict[str, str] = {}
    for file in compiled.file:
        if file.package.startswith("albertplus."):
            found |= _of_file(file)
    return found


def _of_file(file: FileDescriptorProto) -> dict[str, str]:
    before = {tuple(place.path): place.leading_comments for place in file.source_code_info.location}
    found: dict[str, str] = {}
    groups = [
        (_ENUM, [(enum.name, [value.name for value in enum.value]) for enum in file.enum_type]),
        (_SERVICE, [(service.name, [rpc.name for rpc in service.method]) for service in file.service]),
    ]
    for kind, group in groups:
        for index, (name, members) in enumerate(group):
            found[f"{file.package}.{name}"] = before.get((kind, index), "")
            for number, member in enumerate(members):
                path = (kind, index, _MEMBER, number)
                found[f"{file.package}.{name}.{member}"] = before.get(path, "")
    return found
