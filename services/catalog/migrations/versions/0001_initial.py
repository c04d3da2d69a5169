"""The catalog's tables, and what search needs in the database."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# A text as words: lower case, no accents, anything but letters and digits a space, letters parted from
# the digits behind them ("csci101"), no leading zeros ("0101"). services.catalog.model.search does the
# same to queries; a test compares the two.
WORDS = r"""
create function search_text(value text) returns text language sql immutable parallel safe return
  regexp_replace(regexp_replace(regexp_replace(
    lower(regexp_replace(normalize(value, nfkd), '[\u0300-\u036f]', '', 'g')),
    '[^[:alnum:]]+', ' ', 'g'),
    '([[:alpha:]])([[:digit:]])', '\1 \2', 'g'),
    '\m0+([0-9])', '\1', 'g')
"""

# What is searched of a row. A: the code, also with its subject in one word ("csciua 101"); B: the title;
# C: the subject's name; D: the description.
DOCUMENT = r"""
create function search_document(code text, title text, subject text, description text)
returns tsvector language sql immutable parallel safe return
  setweight(to_tsvector('simple', search_text(code) || ' ' ||
    lower(regexp_replace(substring(code from '^[^0-9]*'), '[^[:alpha:]]', '', 'g'))), 'A')
  || setweight(to_tsvector('simple', search_text(title)), 'B')
  || setweight(to_tsvector('simple', search_text(subject)), 'C')
  || setweight(to_tsvector('simple', search_text(description)), 'D')
"""

# How well a row answers a query: thousands say where the words are (exactly in the code, from the start of
# words in the code, in the title, …), the rest how close together and in how short a title. Computed from
# the row and the query alone, so that a page token can continue behind a score.
SCORE = """
create function search_score(doc tsvector, exact_code tsquery, code tsquery, exact_title tsquery,
  heading tsquery, exact tsquery, anywhere tsquery)
returns integer language sql immutable parallel safe return
  case
    when doc @@ exact_code then 5000
    when doc @@ code then 4000
    when doc @@ exact_title
      then 3000 + least(999, (1000 * ts_rank_cd(ts_filter(doc, '{a,b}'), exact_title, 2))::int)
    when doc @@ heading
      then 2000 + least(999, (1000 * ts_rank_cd(ts_filter(doc, '{a,b,c}'), heading, 2))::int)
    when doc @@ exact
      then 1000 + least(999, (1000 * ts_rank_cd(doc, exact, 1))::int)
    else least(999, (1000 * ts_rank_cd(doc, anywhere, 1))::int)
  end
"""

# A code as text that sorts as people count: every number is padded to nine digits.
NATURAL_ORDER = r"""
create function natural_order(code text) returns text language sql immutable parallel safe return
  regexp_replace(
    regexp_replace(upper(code), '([0-9]+)', '000000000\1', 'g'),
    '0*([0-9]{9})(?![0-9])', '\1', 'g')
"""

# The days of all meetings, bit 0 for Monday.
DAY_MASK = """
create function day_mask(meetings jsonb) returns smallint language sql immutable parallel safe return (
  (case when meetings @> '[{"days": [1]}]' then 1 else 0 end)
  + (case when meetings @> '[{"days": [2]}]' then 2 else 0 end)
  + (case when meetings @> '[{"days": [3]}]' then 4 else 0 end)
  + (case when meetings @> '[{"days": [4]}]' then 8 else 0 end)
  + (case when meetings @> '[{"days": [5]}]' then 16 else 0 end)
  + (case when meetings @> '[{"days": [6]}]' then 32 else 0 end)
  + (case when meetings @> '[{"days": [7]}]' then 64 else 0 end))::smallint
"""

TABLES = """
create table courses (
  id uuid primary key default uuidv7(),
  code text not null unique,
  subject text not null,
  subject_name text not null,
  level text not null,
  school text not null,
  title text not null,
  credits_min double precision not null,
  credits_max double precision not null,
  description text not null,
  url text not null,
  prerequisite jsonb,
  prerequisite_text text not null,
  create_time timestamptz not null default now(),
  update_time timestamptz not null default now(),
  code_order text collate "C" not null generated always as (natural_order(code)) stored,
  search tsvector not null
    generated always as (search_document(code, title, subject_name, description)) stored,
  constraint courses_credits check (credits_min >= 0 and credits_max >= credits_min)
);
create index courses_natural on courses (code_order, id);
create index courses_level on courses (level, code_order, id);
create index courses_school on courses (school, code_order, id);
create index courses_subject on courses (subject, code_order, id);
create index courses_search on courses using gin (search) with (gin_pending_list_limit = 512);

create table offerings (
  id uuid primary key default uuidv7(),
  course_code text not null,
  class_number bigint not null,
  year integer not null,
  season smallint not null,
  section text not null,
  title text not null,
  description text not null,
  level text not null,
  school text not null,
  instructors text[] not null,
  meetings jsonb not null,
  status smallint not null,
  seats_total integer,
  seats_available integer,
  waitlist_count integer,
  corequisite boolean not null,
  corequisite_of bigint,
  create_time timestamptz not null default now(),
  update_time timestamptz not null default now(),
  code_order text collate "C" not null generated always as (natural_order(course_code)) stored,
  day_mask smallint not null generated always as (day_mask(meetings)) stored,
  search tsvector not null generated always as (search_document(course_code, title, '', description)) stored,
  constraint offerings_section unique (year, season, class_number),
  constraint offerings_season check (season between 1 and 5),
  constraint offerings_status check (status between 1 and 4)
) with (fillfactor = 85);
create index offerings_natural on offerings (year, season, code_order, class_number);
create index offerings_course on offerings (course_code, year, season);
create index offerings_corequisite_of on offerings (year, season, corequisite_of)
  where corequisite_of is not null;
create index offerings_search on offerings using gin (search) with (gin_pending_list_limit = 512);

create table programs (
  id uuid primary key default uuidv7(),
  name text not null,
  level text not null,
  school text not null,
  url text not null,
  requirements jsonb not null,
  create_time timestamptz not null default now(),
  update_time timestamptz not null default now(),
  search tsvector not null generated always as (search_document('', name, '', '')) stored,
  constraint programs_natural_key unique (name, level, school)
);
create index programs_level on programs (level, name, school);
create index programs_school on programs (school, name, level);
create index programs_search on programs using gin (search) with (gin_pending_list_limit = 512);

create table schools (
  id uuid primary key default uuidv7(),
  name text not null,
  short_name text not null,
  level text not null,
  create_time timestamptz not null default now(),
  update_time timestamptz not null default now(),
  constraint schools_natural_key unique (name, level)
);

create table app_configs (
  key text primary key,
  value text not null,
  create_time timestamptz not null default now(),
  update_time timestamptz not null default now()
);

create table search_words (word text primary key);
create index search_words_trigrams on search_words using gist (word gist_trgm_ops);
"""

# The vocabulary keeps up with every writer. Without a look at what is there already: reading it would make
# concurrent imports fail to serialise.
VOCABULARY = """
create function add_search_words() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into search_words
    select word from (
      select distinct (unnest(search)).lexeme as word from (select distinct search from new_rows) n
    ) w where word ~ '^[[:alpha:]]{3,40}$'
    on conflict do nothing;
  else
    insert into search_words
    select word from (
      select distinct (unnest(search)).lexeme as word
      from (select search from new_rows except select search from old_rows) n
    ) w where word ~ '^[[:alpha:]]{3,40}$'
    on conflict do nothing;
  end if;
  return null;
end $$
"""
SEARCHED = ("courses", "offerings", "programs")


def upgrade() -> None:
    op.execute("create extension if not exists pg_trgm")
    for function in (WORDS, DOCUMENT, SCORE, NATURAL_ORDER, DAY_MASK, TABLES, VOCABULARY):
        op.execute(function)
    for table in SEARCHED:
        op.execute(
            f"create trigger words_of_new_rows after insert on {table} "
            "referencing new table as new_rows for each statement execute function add_search_words()"
        )
        op.execute(
            f"create trigger words_of_changed_rows after update on {table} referencing old table as old_rows "
            "new table as new_rows for each statement execute function add_search_words()"
        )
