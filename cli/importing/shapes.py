"""The kinds of rows that become items of their own: how each is told apart, and converted."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from google.protobuf.message import Message

from cli.importing.courses import course_input, course_key
from cli.importing.fields import Fields
from cli.importing.kinds import Kind
from cli.importing.offerings import offering_input, section_key
from cli.importing.problems import Invalid
from cli.importing.programs import (
    app_config_input,
    app_config_key,
    program_input,
    program_key,
    school_input,
    school_key,
)

Convert = Callable[[Fields, Sequence[dict[str, Any]]], Message]


@dataclass(frozen=True, slots=True)
class Shape:
    """`key` tells the natural key of a row or None; `convert` makes the input of the row and of the rows
    that belong to it, or refuses (Invalid). `parts` is the list that may be split over several rows."""

    key: Callable[[dict[str, Any]], Hashable | None]
    convert: Convert
    parts: str | None = None


def _alone(convert: Callable[[Fields], Message]) -> Convert:
    return lambda fields, _: convert(fields)


SHAPES: dict[Kind, Shape] = {
    Kind.SCHOOLS: Shape(school_key, _alone(school_input)),
    Kind.COURSES: Shape(course_key, course_input),
    Kind.PROGRAMS: Shape(program_key, program_input),
    Kind.OFFERINGS: Shape(section_key, _alone(offering_input), parts="meetings"),
    Kind.APP_CONFIGS: Shape(app_config_key, _alone(app_config_input)),
}
"""In the order in which they go in."""


def convert(shape: Shape, fields: Fields, belonging: Sequence[dict[str, Any]] = ()) -> Message:
    """The input message; Invalid also for values that no message can hold."""
    try:
        return shape.convert(fields, belonging)
    except Invalid:
        raise
    except (ValueError, TypeError) as error:
        raise Invalid("", str(error)) from None
