"""The tables of the planner's first version."""

from alembic import op

revision = "0001"
down_revision = None

_OWNED_ROW = """
  id uuid primary key,
  student_id text not null,
  year integer not null,
  season smallint not null constraint {table}_season check (season between 1 and 5),
  alternative_of uuid,
  is_main boolean generated always as (alternative_of is null) stored,
  main_is_main boolean generated always as (case when alternative_of is not null then true end) stored,
  create_time timestamptz not null default now(),
  constraint {table}_identity unique (id, student_id, year, season, is_main),
  constraint {table}_alternative foreign key (alternative_of, student_id, year, season, main_is_main)
    references {table} (id, student_id, year, season, is_main)
"""

_STUDENT_COURSES = f"""
create table student_courses (
  {_OWNED_ROW.format(table="student_courses")},
  course_code text not null,
  title text not null,
  grade text,
  credits double precision,
  update_time timestamptz not null default now(),
  constraint student_courses_course unique (student_id, year, season, course_code)
)
"""

_SCHEDULE_ENTRIES = f"""
create table schedule_entries (
  {_OWNED_ROW.format(table="schedule_entries")},
  class_number bigint not null,
  constraint schedule_entries_section unique (student_id, year, season, class_number)
)
"""


def upgrade() -> None:
    """Creates a student's courses and schedule."""
    op.execute(_STUDENT_COURSES)
    op.execute(_SCHEDULE_ENTRIES)
    for table in ("student_courses", "schedule_entries"):
        op.execute(f"create index {table}_alternative_of on {table} (alternative_of)")
