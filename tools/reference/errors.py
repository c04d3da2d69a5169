"""docs/reference/errors.md: every reason for which a call is refused."""

from __future__ import annotations

import functools
import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module

from google.protobuf.descriptor import EnumDescriptor

import gateway
import runtime
from runtime.refusal import Refusal
from tools.reference import markdown
from tools.reference.comments import comments
from tools.reference.markdown import code, plain

SERVICES = ("catalog", "planner", "identity")
_COMMON = "live"
_PREFIX = "ERROR_REASON_"
_INTRODUCTION = """# Errors

A refused call has a canonical gRPC code and exactly one `google.rpc.ErrorInfo` in its status details: the
`reason` below, the `domain` that says which process refused, and `metadata` that names what was refused.
`BadRequest` says which fields broke which rules; `RetryInfo` (*repeat* below) says when the same call may
succeed."""


def page() -> str:
    """The whole page."""
    return markdown.page(_INTRODUCTION, *(_section(name) for name in (_COMMON, *SERVICES)))


@functools.cache
def refusals() -> tuple[type[Refusal], ...]:
    """Every refusal class of the processes, in the order of their names."""
    for package in (runtime, gateway):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    for service in SERVICES:
        import_module(f"services.{service}.errors")
    ours = [each for each in _below(Refusal) if not each.__module__.startswith("tests")]
    return tuple(sorted(ours, key=lambda kind: (kind.__module__, kind.__qualname__)))


def _below(base: type[Refusal]) -> Iterator[type[Refusal]]:
    for kind in base.__subclasses__():
        yield kind
        yield from _below(kind)


def _section(name: str) -> str:
    enum = _enum(name)
    title = "Common to all processes" if name == _COMMON else f"`{name}.albertplus`"
    rows = [_row(name, enum, value.name) for value in enum.values if value.number]
    return f"## {title}\n\n" + markdown.table(["reason", "code", "when", "metadata", "repeat"], rows)


def _enum(name: str) -> EnumDescriptor:
    module = import_module(f"albertplus.{name}.v1.error_reason_pb2")
    enum: EnumDescriptor = module.ErrorReason.DESCRIPTOR
    return enum


def _row(name: str, enum: EnumDescriptor, value: str) -> tuple[str, ...]:
    text = comments()[f"{enum.full_name}.{value}"]
    reason = value.removeprefix(_PREFIX)
    kinds = [each for each in refusals() if each.reason() == reason and _domain(each) == name]
    codes = ", ".join(code(each) for each in sorted(set(re.findall(r"\bCode\s+([A-Z_]+)", text))))
    return code(reason), codes, _when(text), _metadata(text), _repeat(kinds)


def _domain(kind: type[Refusal]) -> str:
    parts = kind.__module__.split(".")
    return parts[1] if parts[0] == "services" else _COMMON


def _when(text: str) -> str:
    """The words of a comment before its example; a code that is a sentence of its own has a column."""
    words = re.split(r"\n\s*\n", text)[0]
    return plain(re.sub(r"\bCode\s+[A-Z_]+\.", "", words))


def _metadata(text: str) -> str:
    examples = re.findall(r'"metadata": \{(.*?)\}', text, re.DOTALL)
    names = dict.fromkeys(name for each in examples for name in re.findall(r'"(\w+)":', each))
    return ", ".join(code(name) for name in names)


def _repeat(kinds: list[type[Refusal]]) -> str:
    seconds = sorted({kind.retry_after for kind in kinds if kind.retry_after is not None})
    return ", ".join(f"after {each:g} s" if each else "at once" for each in seconds)
