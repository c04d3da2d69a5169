"""The judge on histories made by hand: it notices each sort of wrong, and nothing else."""

from __future__ import annotations

import pytest

from tests.chaos.oracle import Oracle, Restore, Rows, Write

VIEW, OWNER, ROW = "courses of u1 a", "u1", "u1 a.1"


@pytest.fixture
def oracle() -> Oracle:
    return Oracle()


def found(oracle: Oracle) -> dict[str, int]:
    return {kind: len(each) for kind, each in oracle.violations.items() if each}


def write(oracle: Oracle, version: int, begun: float = 1, *, deletes: bool = False) -> Write:
    return oracle.began(Write("u1 a", ROW, version, begun, deletes))


def show(oracle: Oracle, *views: Rows) -> None:
    for rows in views:
        oracle.shown(VIEW, OWNER, rows)


def test_a_good_history_is_clean(oracle: Oracle) -> None:
    first, second, last = write(oracle, 1), write(oracle, 2, 2), write(oracle, 3, 3, deletes=True)
    show(oracle, {}, {ROW: 1}, {ROW: 2})
    oracle.done(first, 1.5, {ROW: 1})
    oracle.done(second, 2.5, {ROW: 2})
    show(oracle, {})
    oracle.done(last, 3.5, {})
    oracle.settled(VIEW, {}, {})
    oracle.recorded([first.effect, second.effect, last.effect])
    assert oracle.clean


def test_a_write_that_is_not_shown_to_its_writer(oracle: Oracle) -> None:
    oracle.done(write(oracle, 2), 2, {ROW: 1})
    oracle.done(write(oracle, 3, deletes=True), 2, {ROW: 2})
    assert found(oracle) == {"own writes": 2}


def test_a_row_that_goes_back(oracle: Oracle) -> None:
    show(oracle, {ROW: 2}, {ROW: 1})
    assert found(oracle) == {"backward": 1}


def test_a_row_that_vanishes_without_being_deleted(oracle: Oracle) -> None:
    show(oracle, {ROW: 2}, {})
    assert found(oracle) == {"backward": 1}


def test_a_deleted_row_that_comes_back(oracle: Oracle) -> None:
    write(oracle, 3, deletes=True)
    show(oracle, {ROW: 2}, {}, {ROW: 2})
    assert found(oracle) == {"backward": 1}


def test_a_row_of_another_user(oracle: Oracle) -> None:
    show(oracle, {"u2 a.1": 1, "Counted": 1})
    assert found(oracle) == {"leaks": 1}


@pytest.mark.parametrize("rows", [{ROW: 1}, {}, {ROW: 2, "u1 a.2": 3}, None])
def test_a_screen_that_differs_from_the_database(oracle: Oracle, rows: Rows | None) -> None:
    oracle.settled(VIEW, rows, {ROW: 2})
    assert found(oracle) == {"stale": 1}


def test_effects_that_are_lost_or_doubled(oracle: Oracle) -> None:
    lost, doubled = write(oracle, 1), write(oracle, 2)
    oracle.done(lost, 2, None)
    oracle.done(doubled, 2, None)
    oracle.recorded([doubled.effect, doubled.effect])
    assert found(oracle) == {"lost": 1, "doubled": 1}


def test_a_write_that_nobody_acknowledged_may_have_happened_or_not(oracle: Oracle) -> None:
    happened = write(oracle, 1)
    write(oracle, 2)
    oracle.recorded([happened.effect])
    assert oracle.clean


def test_a_refusal_without_reason_and_an_effect_of_what_was_refused(oracle: Oracle) -> None:
    refused = write(oracle, 1)
    oracle.failed(refused, 2, "defect", of_lost_row=False)
    assert found(oracle) == {"refused": 1}
    oracle.recorded([refused.effect])
    assert found(oracle) == {"refused": 2}


def test_a_restore_excuses_what_was_done_since_the_copy_and_nothing_else(oracle: Oracle) -> None:
    early, lost, late = (write(oracle, version, begun=version) for version in (1, 3, 7))
    for each in (early, lost, late):
        oracle.done(each, each.begun + 0.5, None)
    oracle.restores.append(Restore(copied=2, crashed=5))
    oracle.recorded([])
    assert found(oracle) == {"lost": 2}
    assert oracle.excused == 1


def test_a_restore_excuses_one_step_back_of_each_row(oracle: Oracle) -> None:
    show(oracle, {ROW: 5})
    oracle.restores.append(Restore(2, 5))
    show(oracle, {ROW: 3}, {ROW: 4})
    assert oracle.clean
    show(oracle, {ROW: 3})
    assert found(oracle) == {"backward": 1}


def test_a_restore_excuses_nothing_once_all_is_settled(oracle: Oracle) -> None:
    oracle.restores.append(Restore(2, 5))
    oracle.all_settled()
    show(oracle, {ROW: 5}, {ROW: 4})
    oracle.failed(write(oracle, 6, 9), 10, "not found", of_lost_row=True)
    assert found(oracle) == {"backward": 1, "refused": 1}


def test_a_row_that_a_restore_took_away_may_be_refused(oracle: Oracle) -> None:
    oracle.restores.append(Restore(2, 5))
    oracle.failed(write(oracle, 6, 6), 7, "not found", of_lost_row=True)
    assert oracle.clean
