"""Every refusal has a documented reason, and every reason a refusal."""

from __future__ import annotations

import dataclasses
import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module

import pytest
from albertplus.catalog.v1 import error_reason_pb2 as catalog
from albertplus.identity.v1 import error_reason_pb2 as identity
from albertplus.live.v1 import error_reason_pb2 as live
from albertplus.planner.v1 import error_reason_pb2 as planner
from google.protobuf.descriptor import EnumDescriptor

import gateway
import runtime
from runtime.refusal import Refusal
from services.planner.errors import TimeConflict
from tests.contracts.schema import comments

ENUMS: dict[str, EnumDescriptor] = {
    "services.catalog": catalog.ErrorReason.DESCRIPTOR,
    "services.planner": planner.ErrorReason.DESCRIPTOR,
    "services.identity": identity.ErrorReason.DESCRIPTOR,
}
COMMON: EnumDescriptor = live.ErrorReason.DESCRIPTOR
# Not a refusal: what a caller is told about a defect of ours.
WITHOUT_CLASS = {"INTERNAL"}


def descendants(base: type[Refusal]) -> Iterator[type[Refusal]]:
    """All subclasses, however deep."""
    for kind in base.__subclasses__():
        yield kind
        yield from descendants(kind)


def refusals() -> list[type[Refusal]]:
    """Every refusal of the system that can be raised: bases, which have no code of their own, can't."""
    for package in (runtime, gateway):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    for service in ENUMS:
        import_module(f"{service}.errors")
    ours = [kind for kind in descendants(Refusal) if not kind.__module__.startswith("tests.")]
    return [kind for kind in ours if "code" in vars(kind) or not kind.__subclasses__()]


def enum_of(kind: type[Refusal]) -> EnumDescriptor:
    """The ErrorReason that lists the refusal."""
    service = ".".join(kind.__module__.split(".")[:2])
    return ENUMS.get(service, COMMON)


def documentation(kind: type[Refusal]) -> str:
    """The comment of the refusal's reason; empty if there is none."""
    enum = enum_of(kind)
    return comments().get(f"{enum.full_name}.ERROR_REASON_{kind.reason()}", "")


def sent_metadata(kind: type[Refusal]) -> set[str]:
    """The metadata sent with a reason; several refusals may share one."""
    same = [each for each in refusals() if enum_of(each) is enum_of(kind) and each.reason() == kind.reason()]
    own = {"class_numbers"} if kind is TimeConflict else set()  # its sections are one text
    return own | {field.name for each in same for field in dataclasses.fields(each)}


every_refusal = pytest.mark.parametrize(
    "kind", refusals(), ids=lambda kind: f"{kind.__module__}.{kind.__name__}"
)


@every_refusal
def test_each_refusal_is_in_the_protos_with_its_code(kind: type[Refusal]) -> None:
    assert f"Code {kind.code.name}" in " ".join(documentation(kind).split())


@every_refusal
def test_each_reason_has_an_example_with_metadata_that_is_sent(kind: type[Refusal]) -> None:
    example = re.search(r'"metadata": \{(.*?)\}', documentation(kind), re.DOTALL)
    shown = set(re.findall(r'"(\w+)":', example[1])) if example else set()
    assert f'"reason": "{kind.reason()}"' in documentation(kind)
    assert shown <= sent_metadata(kind)


@pytest.mark.parametrize("enum", [*ENUMS.values(), COMMON], ids=lambda enum: enum.full_name)
def test_each_reason_is_one_that_is_sent(enum: EnumDescriptor) -> None:
    sent = {kind.reason() for kind in refusals() if enum_of(kind) is enum}
    documented = {value.name.removeprefix("ERROR_REASON_") for value in enum.values if value.number}
    assert documented - sent <= WITHOUT_CLASS
