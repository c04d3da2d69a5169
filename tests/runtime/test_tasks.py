"""Background tasks end when they are told to."""

from __future__ import annotations

import asyncio

from runtime.tasks import end


async def test_a_task_that_loses_a_cancellation_is_ended_all_the_same() -> None:
    lost = 0

    async def stubborn() -> None:
        nonlocal lost
        while lost < 2:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                lost += 1
        await asyncio.Event().wait()

    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    await end(task)
    assert task.cancelled()
    assert lost == 2


async def test_what_a_task_ended_with_is_nobodys_concern_here() -> None:
    async def broken() -> None:
        raise ValueError

    await end(asyncio.create_task(broken()))
