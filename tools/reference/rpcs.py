"""docs/reference/rpcs.md: every RPC, who may call it, and what it does."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from albertplus.live.v1 import access_pb2
from google.protobuf.descriptor import ServiceDescriptor

from runtime.methods import Method, Methods
from runtime.principal import ORIGIN
from tools.protos import PROTOS, proto_files
from tools.reference import markdown
from tools.reference.comments import comments
from tools.reference.markdown import code, first_sentence, plain, table

_INTRODUCTION = """# RPCs

A *query* has no side effects, so it can be watched: `albertplus watch`, or `LiveService.Subscribe`.
A *mutation* changes something; with an idempotency key it does so once. `albertplus call` takes the short
names, such as `CourseService/GetCourse`. Requests, limits and refusals are in the comments of the protos,
what all calls have in common is in [protos/README.md](../../protos/README.md)."""
_WHO = """Who may call an RPC is an option on it in the proto, enforced before its handler runs. *Key* names
the scope that an API key needs. Calls reach a service from the gateway alone, or *through* another process
that passes on for whom it was called itself; a process calls on its own behalf only what says *itself*."""


def _access_table() -> str:
    """The values of the access option."""
    values = access_pb2.Access.DESCRIPTOR.values
    named = [(_access(each.number), comments()[f"albertplus.live.v1.Access.{each.name}"]) for each in values]
    return table(
        ["may call", "means"], [(name, plain(text)) for name, text in named if name != "unspecified"]
    )


def page() -> str:
    """The whole page."""
    sections = [_section(service) for service in _services()]
    return markdown.page(_INTRODUCTION, _WHO, _access_table(), *sections)


def _services() -> Iterator[ServiceDescriptor]:
    for name in proto_files(PROTOS):
        module = import_module(name.removesuffix(".proto").replace("/", ".") + "_pb2")
        yield from module.DESCRIPTOR.services_by_name.values()


def _section(service: ServiceDescriptor) -> str:
    rows = [_row(service, method) for method in Methods([service.full_name])]
    about = plain(comments()[service.full_name])
    return f"## {code(service.full_name)}\n\n{about}\n\n" + table(["RPC", "", "may call", "does"], rows)


def _row(service: ServiceDescriptor, method: Method) -> tuple[str, ...]:
    name = method.name.rpartition("/")[2]
    kind = "stream" if method.streaming else "query" if method.is_query else "mutation"
    about = first_sentence(comments()[f"{service.full_name}.{name}"])
    return code(name), kind, _who(method), about


def _who(method: Method) -> str:
    """Who may call, and which processes if it is not the gateway for users alone."""
    parts = [_access(method.access)]
    parts += [f"key {code(method.scope)}"] if method.scope else []
    parts += [f"{name} itself" for name in method.processes]
    parts += [f"through {name} too" for name in method.callers if name != ORIGIN]
    return ", ".join(parts)


def _access(number: int) -> str:
    return access_pb2.Access.Name(number).removeprefix("ACCESS_").replace("_", " ").lower()
