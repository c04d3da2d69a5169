"""Random worlds: after quiet everyone sees the truth; nothing goes backwards, leaks, or is done twice.

Another range of seeds: `ALBERTPLUS_MODEL_SEEDS=100000:200000 pytest tests/gateway/live/test_model.py`.
"""

import os
from collections import Counter

import pytest

from tests.gateway.live.model.schedule import fails, generate, play, shorten
from tests.gateway.live.model.search import explain, first_failure

SEEDS = range(*map(int, os.environ.get("ALBERTPLUS_MODEL_SEEDS", "0:10000").split(":")))
PARTS = 8

HAPPENS = {
    "empty read",
    "failover that loses commits",
    "message doubled",
    "message late",
    "message lost",
    "message reordered",
    "mutation acknowledged",
    "mutation failed",
    "nested query",
    "other gateway",
    "other user",
    "permission lost while subscribed",
    "query renamed",
    "repair failed",
    "restart",
    "run failed",
    "slow reader",
    "token over",
    "token renewed",
    "told before it is numbered",
    "transaction id used again",
    "truncated history",
}


@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_goes_wrong_in_any_world(part: int) -> None:
    failed = first_failure(SEEDS[part::PARTS])
    assert failed is None, explain(failed)


def test_a_world_is_the_same_every_time() -> None:
    first, again = (play(*generate(7)) for _ in range(2))
    assert [client.view.keys() for client in first.clients] == [
        client.view.keys() for client in again.clients
    ]
    assert (first.now, first.runs) == (again.now, again.runs)


def test_everything_that_can_go_wrong_does() -> None:
    counts: Counter[str] = sum((play(*generate(seed)).counts for seed in SEEDS[:1500]), Counter())
    assert counts.keys() == HAPPENS
    assert min(counts.values()) >= 10, counts


def test_the_worlds_are_not_empty() -> None:
    worlds = [play(*generate(seed)) for seed in range(50)]
    commits = sum(len(database.committed) for world in worlds for database in world.databases.values())
    assert commits > 50 * 10
    assert sum(world.runs for world in worlds) > 50 * 5
    assert sum(len(client.own) for world in worlds for client in world.clients) > 50 * 3


@pytest.mark.parametrize("mechanism", ["check_at_end", "idempotency", "visible_rows", "gap"])
def test_a_failing_world_is_shortened_and_fails_again_when_played(mechanism: str) -> None:
    seed = first_failure(range(1000), without=mechanism)
    assert seed is not None
    settings, schedule = generate(seed, frozenset([mechanism]))
    shorter = shorten(settings, schedule)
    assert len(shorter) <= min(25, len(schedule) // 2)
    assert fails(settings, shorter)
    assert f"seed {seed}: " in explain(seed, without=mechanism)
