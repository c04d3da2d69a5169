"""The planner's tables, and by which columns they are read.

A row that is an alternative points at its main row. The reference is a composite foreign key, so the
database itself holds these rules: the main belongs to the same student and term, and is no alternative.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    DateTime,
    Double,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
)
from sqlalchemy.schema import SchemaItem

from runtime.owners import owned_by
from runtime.table_keys import dependency_keys

metadata = MetaData()
_MAIN_IS_MAIN = "CASE WHEN alternative_of IS NOT NULL THEN true END"


def _owned_row() -> tuple[SchemaItem, ...]:
    """The columns every row of a student has."""
    return (
        Column("id", Uuid, primary_key=True),
        Column("student_id", Text, nullable=False),
        Column("year", Integer, nullable=False),
        Column("season", SmallInteger, nullable=False),
        Column("alternative_of", Uuid),
        Column("is_main", Boolean, Computed("alternative_of IS NULL", persisted=True)),
        Column("main_is_main", Boolean, Computed(_MAIN_IS_MAIN, persisted=True)),
        Column("create_time", DateTime(timezone=True), nullable=False, server_default=func.now()),
    )


_IDENTITY = ("id", "student_id", "year", "season", "is_main")
_MAIN = ("alternative_of", "student_id", "year", "season", "main_is_main")


def _alternatives(table: str) -> tuple[SchemaItem, ...]:
    """The constraints that keep an alternative with a main row of the same student and term."""
    return (
        UniqueConstraint(*_IDENTITY, name=f"{table}_identity"),
        ForeignKeyConstraint(_MAIN, [f"{table}.{name}" for name in _IDENTITY], name=f"{table}_alternative"),
        Index(f"{table}_alternative_of", "alternative_of"),
        CheckConstraint("season BETWEEN 1 AND 5", name=f"{table}_season"),
    )


student_courses = Table(
    "student_courses",
    metadata,
    *_owned_row(),
    Column("course_code", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("grade", Text),
    Column("credits", Double),
    Column("update_time", DateTime(timezone=True), nullable=False, server_default=func.now()),
    UniqueConstraint("student_id", "year", "season", "course_code", name="student_courses_course"),
    *_alternatives("student_courses"),
)

schedule_entries = Table(
    "schedule_entries",
    metadata,
    *_owned_row(),
    Column("class_number", BigInteger, nullable=False),
    UniqueConstraint("student_id", "year", "season", "class_number", name="schedule_entries_section"),
    *_alternatives("schedule_entries"),
)

BY_STUDENT = ("student_id", "year", "season")
owned_by(student_courses, "student_id")
owned_by(schedule_entries, "student_id")
dependency_keys(student_courses, by_student=BY_STUDENT)
dependency_keys(schedule_entries, by_student=BY_STUDENT, by_id=("id",), by_main=("alternative_of",))
