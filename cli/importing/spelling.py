"""Field names of the protos in the spelling of the files, so that a refusal names what is in the row."""

from __future__ import annotations

import re

from cli.importing.kinds import Kind

_DIFFERENT = {
    "credits_min": "credits",
    "credits_max": "creditsMax",
    "subject": "program",
    "subject_name": "programName",
    "waitlist_count": "waitlistNum",
    "corequisite": "isCorequisite",
    "start_minute": "startTime",
    "end_minute": "endTime",
    "term.year": "year",
    "term.season": "term",
}
_SNAKE_CASE = re.compile(r"[a-z]+(?:_[a-z0-9]+)+")


def path_in_file(kind: Kind, path: str) -> str:
    """`meetings[0].end_minute` is `meetings[0].endTime` in a file."""
    if path in _DIFFERENT:
        return _DIFFERENT[path]
    return ".".join(_name(kind, *part.partition("[")) for part in path.split("."))


def rule_in_file(kind: Kind, rule: str) -> str:
    """The same inside a sentence: words that can only be field names."""
    return _SNAKE_CASE.sub(lambda found: _name(kind, found[0]), rule)


def _name(kind: Kind, name: str, *index: str) -> str:
    if name == "url":
        found = "programUrl" if kind is Kind.PROGRAMS else "courseUrl"
    else:
        head, *rest = name.split("_")
        found = _DIFFERENT.get(name) or head + "".join(part.capitalize() for part in rest)
    return found + "".join(index)
