"""Two issuers that give one subject to two people."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.subjects import Subjects

HOME, OTHER, THIRD = "https://clerk.example", "https://other.example", "https://other.example/two"
SUBJECTS = st.text() | st.sampled_from([f"{OTHER}|alice", f"{HOME}|alice", "|", f"{THIRD}|"])


def test_with_one_issuer_everybody_is_known_by_the_plain_subject() -> None:
    subjects = Subjects([HOME])
    assert subjects.of(HOME, "alice") == "alice"
    assert subjects.account("alice") == (HOME, "alice")


@given(st.sampled_from([HOME, OTHER, THIRD]), SUBJECTS, st.sampled_from([HOME, OTHER, THIRD]), SUBJECTS)
def test_no_two_accounts_are_one_user(one: str, his: str, another: str, hers: str) -> None:
    subjects = Subjects([HOME, OTHER, THIRD])
    if (one, his) == (another, hers) or subjects.is_foreign(one, his) or subjects.is_foreign(another, hers):
        return
    assert subjects.of(one, his) != subjects.of(another, hers)
    assert subjects.account(subjects.of(one, his)) == (one, his)


def test_a_subject_that_looks_like_one_of_another_issuer_is_told_apart() -> None:
    subjects = Subjects([HOME, OTHER])
    assert subjects.is_foreign(HOME, f"{OTHER}|alice")
    assert not subjects.is_foreign(OTHER, "alice")


def test_an_issuer_with_the_mark_in_it_is_refused() -> None:
    with pytest.raises(ValueError, match="must not contain"):
        Subjects(["https://a|b"])
