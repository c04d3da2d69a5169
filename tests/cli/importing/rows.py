"""Rows as files have them, each valid until a test changes it."""

from __future__ import annotations

from typing import Any

Row = dict[str, Any]


def course(**changes: Any) -> Row:
    row = {
        "code": "COMP-UG 101",
        "program": "COMP-UG",
        "programName": "Computing",
        "level": "undergraduate",
        "title": "Introduction to Programming",
        "credits": 4,
        "school": "School of Engineering",
        "description": "Small programs.",
        "courseUrl": "https://example.edu/101",
    }
    return without_none(row | changes)


def section(number: int = 10001, **changes: Any) -> Row:
    row = {
        "courseCode": "COMP-UG 101",
        "classNumber": number,
        "title": "Introduction to Programming",
        "section": "001",
        "year": 2026,
        "term": "fall",
        "level": "undergraduate",
        "school": "School of Engineering",
        "instructors": ["Okafor, Ada"],
        "status": "open",
        "isCorequisite": False,
        "meetings": [meeting()],
    }
    return without_none(row | changes)


def meeting(**changes: Any) -> Row:
    row = {
        "kind": "lecture",
        "days": ["monday"],
        "startTime": "09:30",
        "endTime": "10:45",
        "location": "Hall 1",
    }
    return without_none(row | changes)


def program(**changes: Any) -> Row:
    row = {
        "name": "Computing (BS)",
        "level": "undergraduate",
        "school": "School of Engineering",
        "programUrl": "",
    }
    return without_none(row | changes)


def school(**changes: Any) -> Row:
    return without_none(
        {"name": "School of Engineering", "shortName": "Eng", "level": "undergraduate"} | changes
    )


def without_none(row: Row) -> Row:
    """None takes a key away."""
    return {key: value for key, value in row.items() if value is not None}
