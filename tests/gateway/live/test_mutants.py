"""Each mechanism is needed: without it a world of the model fails, or a directed test does."""

import inspect
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

import gateway.live
from tests.gateway.live import model, test_delivery, test_own_writes, test_pace, test_runs, test_services
from tests.gateway.live.model.search import first_failure
from tests.gateway.live.rig import MakeRig, Rig

# Mechanism -> a seed from which on a failing world is near.
BY_MODEL = {
    "as_of": 0,
    "check_at_end": 0,
    "expiry": 0,
    "failed_is_dirty": 0,
    "fifo": 0,
    "floor": 0,
    "gap": 800,
    "heartbeat": 800,
    "incomplete": 200,
    "later_answers": 0,
    "monotonic": 300,
    "new_epoch": 0,
    "new_reads": 0,
    "own_write_epoch": 0,
    "own_write_wait": 0,
    "personal": 0,
    "rename": 1500,
    "scope": 0,
    "silence": 0,
    "truncated": 0,
    "unsent_bound": 0,
    "write_floor": 300,
    # of the database: what the real one does about each is tested in tests/runtime
    "idempotency": 0,
    "old_images": 0,
    "predicates": 0,
    "snapshot_first": 0,
    "visible_rows": 0,
}

BY_TEST: dict[str, Callable[[MakeRig], None]] = {
    "digest": test_runs.test_the_same_answer_again_is_not_sent,
    "direct": test_own_writes.test_a_write_reaches_other_sessions_of_the_gateway_without_the_bus,
    "drop_idle": test_runs.test_an_entry_without_subscribers_is_kept_a_while_and_then_dropped,
    "first_hold": test_delivery.test_first_answers_come_together,
    "hold": test_delivery.test_what_one_change_touched_comes_together,
    "min_interval": test_pace.test_an_entry_that_changes_all_the_time_is_paced,
    "new_reads": test_runs.test_a_change_during_the_run_counts_for_what_the_run_read_now_not_before,
    "no_joining": test_runs.test_after_a_reconnect_a_run_under_way_is_not_joined,
    "old_epoch": test_services.test_what_comes_from_an_older_epoch_is_not_believed,
    "service_bound": test_pace.test_runs_of_one_service_are_bounded,
    "session_bound": test_pace.test_one_session_with_many_queries_does_not_starve_another,
    "snapshot_check": test_own_writes.test_an_own_mutation_costs_one_run_with_the_bus_after_the_run,
    "spread": test_pace.test_who_is_hit_alone_does_not_wait_for_a_mass_invalidation,
    "splay": test_pace.test_a_mass_invalidation_is_spread_out,
    # found by the model too, but worth a sentence each
    "as_of": test_runs.test_an_answer_older_than_the_ring_is_discarded,
    "floor": test_runs.test_after_a_reconnect_only_a_run_started_since_is_shown,
    "gap": test_services.test_a_gap_is_repaired_before_anything_after_it_counts,
    "heartbeat": test_services.test_a_lost_last_change_is_noticed_by_the_heartbeat,
    "incomplete": test_runs.test_an_answer_with_a_part_missing_is_shown_and_run_again,
    "later_answers": test_own_writes.test_an_answer_without_it_is_not_shown_later_either,
    "monotonic": test_runs.test_an_answer_of_an_older_snapshot_never_replaces_a_newer_one,
    "own_write_epoch": test_own_writes.test_across_a_restart_only_a_run_after_the_outcome_will_do,
    "own_write_wait": test_own_writes.test_what_was_touched_is_shown_together,
    "unsent_bound": test_delivery.test_a_slow_reader_gets_fewer_and_newer_states,
}


@pytest.mark.parametrize("mechanism", BY_MODEL)
def test_the_model_notices_when_a_mechanism_is_missing(mechanism: str) -> None:
    start = BY_MODEL[mechanism]
    assert first_failure(range(start, start + 3000), without=mechanism) is not None


@pytest.mark.parametrize("mechanism", BY_TEST)
def test_a_directed_test_notices_when_a_mechanism_is_missing(mechanism: str) -> None:
    test = BY_TEST[mechanism]
    test(Rig)
    with pytest.raises((AssertionError, IndexError)):
        test(partial(Rig, without=mechanism))


def test_every_mechanism_that_can_be_left_out_is_tested_here() -> None:
    folders = Path(inspect.getfile(gateway.live)).parent, Path(inspect.getfile(model)).parent
    source = "".join(path.read_text() for folder in folders for path in folder.glob("*.py"))
    assert set(re.findall(r'\b(?:on|has)\("(\w+)"\)', source)) == BY_MODEL.keys() | BY_TEST.keys()
