"""docs/reference/settings.md: every environment variable that a process or the command line reads."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import AliasChoices, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from gateway.limit_settings import LimitSettings
from gateway.settings import GatewaySettings
from runtime.settings import PREFIX, ProcessSettings, ServiceSettings
from services.planner.settings import PlannerSettings
from tools.reference import markdown
from tools.reference.command_line import variables
from tools.reference.markdown import code, plain, table

_KINDS: dict[str, type[ProcessSettings]] = {
    "Every process": ProcessSettings,
    "Services": ServiceSettings,
    "Planner": PlannerSettings,
    "Gateway": GatewaySettings,
    "Limits and borders of the gateway": LimitSettings,
}
_INTRODUCTION = """# Settings

A process reads its settings from the environment and checks them before it opens anything; what is missing or
wrong is named, all of it at once; so is a variable that begins with `ALBERTPLUS_` and is none of these, with
the name that was probably meant. A secret may be in a file instead: `NAME_FILE` names it. At start a process
logs each setting and where it came from, but no secret. `albertplus dev` sets them for the processes it
starts, and passes on only `ALBERTPLUS_LOG_LEVEL` and `ALBERTPLUS_LOG_FORMAT` from its own environment."""


def page() -> str:
    """The whole page."""
    sections = [_section(title, kind) for title, kind in _KINDS.items()]
    rows = [(code(name), code(default), plain(about)) for name, default, about in variables()]
    ours = "## Command line\n\n" + table(["variable", "default", "what"], rows)
    return markdown.page(_INTRODUCTION, *sections, ours)


def _section(title: str, kind: type[ProcessSettings]) -> str:
    about = dict(_docstrings(kind))
    own = {name: kind.model_fields[name] for name in kind.model_fields if name in about}
    rows = [(_variable(name, field), _default(field), plain(about[name])) for name, field in own.items()]
    return f"## {title}\n\n" + table(["variable", "default", "what"], rows)


def _docstrings(kind: type[ProcessSettings]) -> Iterator[tuple[str, str]]:
    """The sentence below each field that `kind` itself declares."""
    (declared,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    assert isinstance(declared, ast.ClassDef)
    for field, below in zip(declared.body, declared.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            assert isinstance(below, ast.Expr), f"{kind.__name__}.{field.target.id} has no docstring"
            assert isinstance(below.value, ast.Constant)
            yield field.target.id, str(below.value.value)


def _variable(name: str, field: FieldInfo) -> str:
    alias = field.validation_alias
    if isinstance(alias, AliasChoices):
        return " or ".join(code(str(choice)) for choice in alias.choices if str(choice).isupper())
    return code(f"{PREFIX}{name.upper()}")


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "*required*"
    value: Any = field.get_default(call_default_factory=True, validated_data={})
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    return "" if value in (None, PydanticUndefined, (), {}, "") else code(_shown(value))


def _shown(value: object) -> str:
    return value.name if isinstance(value, Path) else f"{value:g}" if isinstance(value, float) else str(value)
