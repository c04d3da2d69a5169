"""Random worlds: after quiet everyone sees the truth; nothing goes backwards, leaks, or is done twice.

Another range of seeds: `ALBERTPLUS_MODEL_SEEDS=100000:200000 pytest tests/gateway/live/test_model.py`.
"""

import os

import pytest

from tests.gateway.live.model.schedule import generate, play
from tests.gateway.live.model.search import explain, first_failure

SEEDS = range(*map(int, os.environ.get("ALBERTPLUS_MODEL_SEEDS", "0:2400").split(":")))
PARTS = 8


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


def test_the_worlds_are_not_empty() -> None:
    worlds = [play(*generate(seed)) for seed in range(50)]
    commits = sum(len(database.committed) for world in worlds for database in world.databases.values())
    assert commits > 50 * 10
    assert sum(world.runs for world in worlds) > 50 * 5
    assert sum(len(client.own) for world in worlds for client in world.clients) > 50 * 3
