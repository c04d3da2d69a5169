"""A gateway without some mechanisms of its live core, which the harness has to notice:
`CHAOS_DISABLED=own_write_wait python -m tests.chaos.crippled gateway`, with the settings of a gateway.

`deaf` is not the core's: with it the gateway loses a part of what the broker tells.
"""

from __future__ import annotations

import functools
import os
import random
from collections.abc import Callable
from typing import Any

import gateway.main
from gateway.driver import LiveDriver
from gateway.live.core import LiveCore

DEAF = "deaf"
_HEARD = 0.5
"""The share of messages that a deaf gateway hears."""


def main() -> None:
    """Runs it."""
    disabled = frozenset(os.environ["CHAOS_DISABLED"].split(","))
    core = functools.partial(LiveCore, disabled=disabled - {DEAF})
    setattr(gateway.main, "LiveCore", core)  # noqa: B010
    if DEAF in disabled:
        LiveDriver.heard = _sometimes(LiveDriver.heard)  # type: ignore[method-assign]
        LiveDriver.wrote = _sometimes(LiveDriver.wrote)  # type: ignore[method-assign]
    gateway.main.run()


def _sometimes(hear: Callable[..., None]) -> Any:
    @functools.wraps(hear)
    def heard(*told: Any) -> None:
        if random.random() < _HEARD:  # noqa: S311
            hear(*told)

    return heard


if __name__ == "__main__":
    main()
