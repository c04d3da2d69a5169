"""Catalog's tables and the ways they are read.

Trees and lists of messages are JSONB in the shape of their messages' fields, so that a row can be handed
to the message's constructor; enums are the numbers of the protos.
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
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR

from runtime.table_keys import dependency_keys

metadata = MetaData()


def _id() -> Column[object]:
    return Column("id", Uuid, primary_key=True, server_default=text("uuidv7()"))


def _times() -> tuple[Column[object], Column[object]]:
    return (
        Column("create_time", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Column("update_time", DateTime(timezone=True), nullable=False, server_default=func.now()),
    )


def _text(name: str, **options: object) -> Column[object]:
    return Column(name, Text, nullable=False, **options)  # type: ignore[arg-type]


COURSE_SEARCH = "search_document(code, title, subject_name, description)"
OFFERING_SEARCH = "search_document(course_code, title, '', description)"

courses = Table(
    "courses",
    metadata,
    _id(),
    _text("code", unique=True),
    _text("subject"),
    _text("subject_name"),
    _text("level"),
    _text("school"),
    _text("title"),
    Column("credits_min", Double, nullable=False),
    Column("credits_max", Double, nullable=False),
    _text("description"),
    _text("url"),
    Column("prerequisite", JSONB),
    _text("prerequisite_text"),
    *_times(),
    Column(
        "code_order", Text(collation="C"), Computed("natural_order(code)", persisted=True), nullable=False
    ),
    Column("search", TSVECTOR, Computed(COURSE_SEARCH, persisted=True), nullable=False),
    CheckConstraint("credits_min >= 0 and credits_max >= credits_min", name="courses_credits"),
    Index("courses_natural", "code_order", "id"),
    Index("courses_level", "level", "code_order", "id"),
    Index("courses_school", "school", "code_order", "id"),
    Index("courses_subject", "subject", "code_order", "id"),
    Index("courses_newest", "level", "id"),
    Index("courses_search", "search", postgresql_using="gin"),
)
dependency_keys(
    courses,
    by_id=("id",),
    by_code=("code",),
    by_level=("level", "school"),
    by_school=("school",),
    by_subject=("subject",),
)

offerings = Table(
    "offerings",
    metadata,
    _id(),
    _text("course_code"),
    Column("class_number", BigInteger, nullable=False),
    Column("year", Integer, nullable=False),
    Column("season", SmallInteger, nullable=False),
    _text("section"),
    _text("title"),
    _text("description"),
    _text("level"),
    _text("school"),
    Column("instructors", ARRAY(Text), nullable=False),
    Column("meetings", JSONB, nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("seats_total", Integer),
    Column("seats_available", Integer),
    Column("waitlist_count", Integer),
    Column("corequisite", Boolean, nullable=False),
    Column("corequisite_of", BigInteger),
    *_times(),
    Column(
        "code_order",
        Text(collation="C"),
        Computed("natural_order(course_code)", persisted=True),
        nullable=False,
    ),
    Column("day_mask", SmallInteger, Computed("day_mask(meetings)", persisted=True), nullable=False),
    Column("search", TSVECTOR, Computed(OFFERING_SEARCH, persisted=True), nullable=False),
    UniqueConstraint("year", "season", "class_number", name="offerings_section"),
    CheckConstraint("season between 1 and 5", name="offerings_season"),
    CheckConstraint("status between 1 and 4", name="offerings_status"),
    Index("offerings_natural", "year", "season", "code_order", "class_number"),
    Index("offerings_course", "course_code", "year", "season"),
    Index("offerings_class_number", "class_number"),
    Index("offerings_newest", "year", "season", "id"),
    Index(
        "offerings_corequisite_of",
        "year",
        "season",
        "corequisite_of",
        postgresql_where=text("corequisite_of is not null"),
    ),
    Index("offerings_search", "search", postgresql_using="gin"),
)
dependency_keys(
    offerings,
    by_id=("id",),
    by_section=("year", "season", "class_number"),  # its prefix (year, season) is the whole term
    by_course=("course_code", "year", "season"),
    by_corequisite_of=("year", "season", "corequisite_of"),
    by_class_number=("class_number",),
)

programs = Table(
    "programs",
    metadata,
    _id(),
    _text("name"),
    _text("level"),
    _text("school"),
    _text("url"),
    Column("requirements", JSONB, nullable=False),
    *_times(),
    Column("search", TSVECTOR, Computed("search_document('', name, '', '')", persisted=True), nullable=False),
    UniqueConstraint("name", "level", "school", name="programs_natural_key"),
    Index("programs_level", "level", "name", "school"),
    Index("programs_school", "school", "name", "level"),
    Index("programs_search", "search", postgresql_using="gin"),
)
dependency_keys(
    programs,
    by_id=("id",),
    by_name=("name", "level", "school"),
    by_level=("level", "school"),
    by_school=("school",),
)

schools = Table(
    "schools",
    metadata,
    _id(),
    _text("name"),
    _text("short_name"),
    _text("level"),
    *_times(),
    UniqueConstraint("name", "level", name="schools_natural_key"),
)
dependency_keys(schools, by_id=("id",), by_name=("name", "level"), by_level=("level",))

app_configs = Table(
    "app_configs",
    metadata,
    Column("key", Text, primary_key=True),
    _text("value"),
    *_times(),
)
dependency_keys(app_configs, by_key=("key",))

search_words = Table(
    "search_words",
    metadata,
    Column("word", Text, primary_key=True),
    Index(
        "search_words_trigrams",
        "word",
        postgresql_using="gist",
        postgresql_ops={"word": "gist_trgm_ops"},
    ),
)
"""Every word of the catalog's texts, for forgiving typos. The database adds words by itself (see the
migration); words are never taken out, because one that no text has any more finds nothing."""
