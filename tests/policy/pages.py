"""The policy as it is published: the tables in docs/reference, which are generated from the code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tools.reference import FOLDER

_SECTION = re.compile(r"^## `([^`]+)`\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_ROW = re.compile(r"^\| `(\w+)` \| (\w+) \| ([^|]+) \|", re.MULTILINE)


@dataclass(frozen=True)
class Rule:
    """A line: what may be called, and by whom."""

    name: str
    kind: str
    who: tuple[str, ...]

    @property
    def access(self) -> str:
        """The first of the words: anyone, signed in, owner, …"""
        return self.who[0]

    def names(self, what: str) -> bool:
        """Whether the line names something more: "gateway itself", "through planner too"."""
        return what in self.who


def rpcs() -> list[Rule]:
    """Every unary RPC."""
    return [rule for rule in _rules("rpcs.md", "/") if rule.kind != "stream"]


def functions() -> list[Rule]:
    """Every function."""
    return list(_rules("functions.md", ":"))


def _rules(page: str, joint: str) -> Iterator[Rule]:
    text = re.sub(r"^```.*?^```$", "", (FOLDER / page).read_text(), flags=re.DOTALL | re.MULTILINE)
    for section, body in _SECTION.findall(text):
        for name, kind, who in _ROW.findall(body):
            yield Rule(f"{section}{joint}{name}", kind, tuple(part.strip() for part in who.split(",")))
