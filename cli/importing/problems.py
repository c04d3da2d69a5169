"""What can be wrong with a file or a row, said so that it can be found and put right."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class FileProblem(Exception):
    """A whole file can't be used: nothing is written, by any row of the run."""

    def __init__(self, path: Path, rule: str, line: int | None = None) -> None:
        self.path, self.rule, self.line = path, rule, line
        where = f"{path}:{line}" if line is not None else str(path)
        super().__init__(f"{where}: {rule}")


class ImportStopped(Exception):
    """The run can't go on (no gateway, no permission, a guard); `hint` says what to do about it."""

    def __init__(self, message: str, hint: str = "") -> None:
        self.hint = hint
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Malformed:
    """Stands where a row's value would be: the text there is not a row. `rule` says why."""

    rule: str


class Invalid(ValueError):
    """A row breaks a rule. `field` is the key as the file spells it, empty for the row as a whole."""

    def __init__(self, field: str, rule: str) -> None:
        self.field, self.rule = field, rule
        super().__init__(f"{field}: {rule}" if field else rule)


def describe(value: object) -> str:
    """What a JSON value is, in the words of JSON: `a text ("4.0")`, `a list`, ..."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, str):
        return f'the text "{value[:40]}{"…" if len(value) > 40 else ""}"'
    return "a list" if isinstance(value, list) else "an object"
