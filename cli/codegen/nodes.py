"""TypeScript types, and how they are laid out: on one line if it fits, else over several."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from textwrap import wrap
from typing import TypeAlias

WIDTH = 100
INDENT = "  "
_IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")


@dataclass(frozen=True)
class Name:
    """A type that is one word or one literal."""

    text: str


@dataclass(frozen=True)
class Generic:
    """A type with arguments, such as `Array<string>`."""

    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True)
class Member:
    """One field of an object."""

    name: str
    type_: Node
    optional: bool = False

    @property
    def key(self) -> str:
        """What stands before the colon."""
        return property_name(self.name) + ("?" if self.optional else "")


@dataclass(frozen=True)
class Members:
    """An object."""

    members: tuple[Member, ...]


@dataclass(frozen=True)
class Either:
    """One of several types."""

    types: tuple[Node, ...]


@dataclass(frozen=True)
class Both:
    """One type and more fields."""

    base: Node
    more: Members


Node: TypeAlias = Name | Generic | Members | Either | Both


def laid_out(node: Node, indent: str = "", column: int = 0) -> str:
    """The type as it stands behind `column` columns; lines after the first begin at `indent`."""
    line = on_one_line(node)
    if column + len(line) < WIDTH:
        return line
    match node:
        case Members(members):
            lines = [f"{member_line(each, indent + INDENT)}\n" for each in members]
            return f"{{\n{''.join(lines)}{indent}}}"
        case Generic(name, (argument,)):
            text = laid_out(argument, indent, column + len(name) + 1)
            return f"{name}<{text}\n{indent}>" if text.startswith("\n") else f"{name}<{text}>"
        case Generic(name, arguments):
            body = ",\n".join(_at_line_start(each, indent + INDENT) for each in arguments)
            return f"{name}<\n{body}\n{indent}>"
        case Either(types):
            deeper = indent + INDENT
            return "".join(f"\n{deeper}| {laid_out(each, deeper, len(deeper) + 2)}" for each in types)
        case Both(base, more):
            start = on_one_line(base)
            return f"{start} & {laid_out(more, indent, column + len(start) + 3)}"
    return line


def _at_line_start(node: Node, indent: str) -> str:
    """The type as it stands on lines of its own, all at `indent`."""
    outer = indent.removesuffix(INDENT) if isinstance(node, Either) else indent
    return indent + laid_out(node, outer, len(indent)).lstrip()


def member_line(member: Member, indent: str) -> str:
    """A field of an object on lines of its own."""
    start = f"{indent}{member.key}:"
    text = laid_out(member.type_, indent, len(start) + 1)
    return f"{start}{text};" if text.startswith("\n") else f"{start} {text};"


def on_one_line(node: Node) -> str:
    """The type without a line break."""
    match node:
        case Name(text):
            return text
        case Generic(name, arguments):
            return f"{name}<{', '.join(map(on_one_line, arguments))}>"
        case Members(members):
            return _object(members)
        case Either(types):
            return " | ".join(on_one_line(each) for each in types)
        case Both(base, more):
            return f"{on_one_line(base)} & {on_one_line(more)}"


def property_name(name: str) -> str:
    """A field's name as it is written in a type."""
    return name if _IDENTIFIER.fullmatch(name) else json.dumps(name)


def comment(text: str, indent: str) -> str:
    """A text as the comment of what follows."""
    room = WIDTH - len(indent) - len(" * ")
    lines = [
        part for line in text.strip().replace("*/", "*\\/").splitlines() for part in wrap(line, room) or [""]
    ]
    if len(lines) <= 1:
        return f"{indent}/** {''.join(lines)} */\n"
    return (
        f"{indent}/**\n" + "".join(f"{indent} * {line}".rstrip() + "\n" for line in lines) + f"{indent} */\n"
    )


def _object(members: tuple[Member, ...]) -> str:
    """No field at all is what npm's client expects where a function takes none."""
    if not members:
        return "Record<string, never>"
    return "{ " + "; ".join(f"{each.key}: {on_one_line(each.type_)}" for each in members) + " }"
