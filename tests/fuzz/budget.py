"""How long to throw nonsense at something: a moment in the tests, as long as one likes in `make fuzz`."""

from __future__ import annotations

import os
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy

SHORT = 2.0
SECONDS = float(os.environ.get("FUZZ_SECONDS", SHORT))
BATCH = 30
FEWEST = 60
ONE = 2.0
"""Seconds that a single input may take."""
MEMORY = 64 * 1024 * 1024
"""Bytes that a single input may leave in use at its peak."""


def throw(inputs: SearchStrategy[Any], at: Callable[[Any], object], *, measured: bool = False) -> int:
    """Throws inputs until the time is over and answers how many. Raises what `at` raises, and AssertionError
    for an input that takes too long or, where that is `measured`, too much memory."""
    until, count = time.monotonic() + SECONDS, 0

    @settings(
        max_examples=BATCH,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(inputs)
    def one(value: Any) -> None:
        nonlocal count
        count += 1
        started = time.monotonic()
        at(value)
        assert time.monotonic() - started < ONE

    if measured:
        tracemalloc.start()
    try:
        while time.monotonic() < until or count <= FEWEST:
            one()
        if measured:
            assert tracemalloc.get_traced_memory()[1] < MEMORY
    finally:
        tracemalloc.stop()
    return count
