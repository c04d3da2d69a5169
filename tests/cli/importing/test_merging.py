"""Rows with the same key: one section over several rows, the same row again, a newer row."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cli.importing.kinds import Kind
from cli.importing.summary import Tally
from tests.cli.importing.conftest import Import, Write
from tests.cli.importing.fake import FakeCatalog
from tests.cli.importing.rows import course, meeting, section

FALL_10001 = (2026, 5, 10001)


def test_rows_that_differ_in_meetings_only_are_one_section(
    load: Import, write: Write, catalog: FakeCatalog
) -> None:
    lecture, lab, exam = meeting(kind="LE"), meeting(kind="LA", days=["friday"]), meeting(kind="FI", days=[])
    result = load(
        write(
            "sections.jsonl",
            section(meetings=[lecture, lab]),
            section(10002),
            section(meetings=[lecture, exam]),
        )
    )
    assert result.tally("offerings") == {"read": 3, "created": 2, "joined": 1}
    assert [each.kind for each in catalog.stored["offerings"][FALL_10001].meetings] == ["LE", "LA", "FI"]


def test_the_same_row_twice_counts_once(load: Import, write: Write, catalog: FakeCatalog) -> None:
    result = load(write("sections.jsonl", section(), section()))
    assert result.tally("offerings") == {"read": 2, "created": 1, "repeated": 1}
    assert len(catalog.stored["offerings"][FALL_10001].meetings) == 1


def test_of_rows_that_differ_otherwise_the_last_one_wins(
    load: Import, write: Write, catalog: FakeCatalog
) -> None:
    result = load(
        write("sections.jsonl", section(status="open"), section(status="closed", meetings=[])), as_json=False
    )
    assert "superseded: a later row has the same key (sections.jsonl:1 by sections.jsonl:2)" in result.out
    assert catalog.stored["offerings"][FALL_10001].status == 2
    assert len(catalog.requests("BatchUpsertOfferings")[0].offerings) == 1


def test_the_same_class_number_in_another_term_is_another_section(load: Import, write: Write) -> None:
    result = load(write("sections.jsonl", section(), section(term="spring")))
    assert result.tally("offerings") == {"read": 2, "created": 2}


def test_of_many_rows_that_are_one_section_a_few_are_named(load: Import, write: Write) -> None:
    rows = [section(meetings=[meeting(kind=f"L{number}")]) for number in range(20)]
    out = load(write("sections.jsonl", *rows), as_json=False).out
    assert "are one section (as in sections.jsonl:1, 2)" in out


def test_one_row_is_a_row(load: Import, write: Write) -> None:
    assert "Imported 1 row in" in load(write("sections.jsonl", section()), as_json=False).out


def test_the_last_one_wins_over_files_too(load: Import, write: Write, catalog: FakeCatalog) -> None:
    result = load(
        write("courses-1.jsonl", course(title="Old")),
        write("courses-2.jsonl", course(title="New", credits=3)),
    )
    assert result.tally("courses") == {"read": 2, "created": 1, "superseded": 1}
    assert catalog.stored["courses"]["COMP-UG 101"].title == "New"


def test_codes_that_differ_in_white_space_only_are_one_course(load: Import, write: Write) -> None:
    result = load(write("courses.jsonl", course(), course(code="COMP-UG\u00a0101")))
    assert result.tally("courses") == {"read": 2, "created": 1, "superseded": 1, "tidied": 1}


def test_a_refused_part_refuses_the_whole_section(load: Import, write: Write) -> None:
    bad = meeting(startTime="25:00")
    result = load(write("sections.jsonl", section(), section(meetings=[bad])))
    assert result.tally("offerings") == {"read": 2, "joined": 1, "refused": 1}
    assert result.reasons == [
        ("meetings[].startTime", 'must be a time like "09:30", not "25:00"', ["sections.jsonl:1, 2"])
    ]


odd_rows = st.one_of(
    st.builds(
        section,
        st.integers(1, 3),
        title=st.sampled_from(["A", "B", " B"]),
        meetings=st.lists(st.sampled_from([meeting(), meeting(kind="LA")]), max_size=2),
        term=st.sampled_from(["fall", "spring", "autumn"]),
    ),
    st.builds(course, code=st.sampled_from(["A 1", "A  1", "", 5]), credits=st.sampled_from([4, -1, "x"])),
    st.sampled_from(["{", "[]", {"a": 1}]),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(odd_rows, min_size=1, max_size=12))
def test_every_row_is_settled_exactly_once(
    load: Import, write: Write, catalog: FakeCatalog, rows: list[object]
) -> None:
    path = write("sections.jsonl", section(99), *rows)
    tallies = load(path).summary["kinds"]
    assert sum(tally["read"] for tally in tallies.values()) == len(rows) + 1
    for kind, counts in tallies.items():
        assert Tally(**counts).settled == counts["read"], Kind(kind)
