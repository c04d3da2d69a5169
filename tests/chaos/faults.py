"""Every way in which the system is broken. Each fault heals what it broke and returns when all is up."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from random import Random

import psycopg

from tests.chaos.ground import Ground
from tests.chaos.system import NATS, POSTGRES
from tests.support.proxy import RoundRobin

Fault = Callable[[Ground, Random], Awaitable[None]]
_SILENT = 2.5
"""Seconds after which a gateway that hears nothing has asked the services themselves."""


async def kill_gateway(ground: Ground, random: Random) -> None:
    """kill -9 of a gateway"""
    await _kill(ground, random.choice(ground.system.names["gateway"]))


async def kill_service(ground: Ground, random: Random) -> None:
    """kill -9 of a service"""
    await _kill(ground, random.choice(ground.system.names["service"]))


async def kill_both(ground: Ground, random: Random) -> None:
    """kill -9 of both replicas of a service"""
    name = random.choice(("catalog", "planner"))
    await _kill(ground, name, f"{name}-2")


async def pause_gateway(ground: Ground, random: Random) -> None:
    """SIGSTOP of a gateway"""
    await _pause(ground, random.choice(ground.system.names["gateway"]), random)


async def pause_service(ground: Ground, random: Random) -> None:
    """SIGSTOP of a service"""
    await _pause(ground, random.choice(ground.system.names["service"]), random)


async def pause_nats(ground: Ground, random: Random) -> None:
    """SIGSTOP of NATS"""
    await _pause(ground, NATS, random)


async def cut_clients(ground: Ground, random: Random) -> None:
    """connections of half of the clients cut, three times"""
    for _ in range(3):
        for link in ground.some_links(random):
            link.cut()
        await asyncio.sleep(random.uniform(0.1, 0.5))


async def hold_clients(ground: Ground, random: Random) -> None:
    """the network of half of the clients swallows everything, and is cut for some"""
    links = ground.some_links(random)
    with _held(links):
        await asyncio.sleep(random.uniform(0.5, 3))
        for link in links[::2]:
            link.cut()


async def delay_clients(ground: Ground, random: Random) -> None:
    """all that half of the clients send and get is late"""
    links = ground.some_links(random)
    for link in links:
        link.delay = random.uniform(0.05, 0.5)
    await asyncio.sleep(random.uniform(1, 3))
    for link in links:
        link.delay = 0.0


async def cut_services(ground: Ground, random: Random) -> None:
    """connections between processes cut"""
    for link in _some(ground, random, lambda one, other: other not in (NATS, POSTGRES)):
        link.cut()


async def hold_services(ground: Ground, random: Random) -> None:
    """the network between processes swallows everything"""
    with _held(_some(ground, random, lambda one, other: other not in (NATS, POSTGRES))):
        await asyncio.sleep(random.uniform(0.5, 2.5))


async def cut_database(ground: Ground, random: Random) -> None:
    """connections to PostgreSQL cut"""
    for link in _some(ground, random, lambda one, other: other == POSTGRES):
        link.cut()


async def hold_database(ground: Ground, random: Random) -> None:
    """the network to PostgreSQL swallows everything"""
    with _held(_some(ground, random, lambda one, other: other == POSTGRES)):
        await asyncio.sleep(random.uniform(0.5, 2.5))


async def cut_nats(ground: Ground, random: Random) -> None:
    """connections to NATS cut"""
    for link in _some(ground, random, lambda one, other: other == NATS):
        link.cut()


async def hold_nats(ground: Ground, random: Random) -> None:
    """the network to NATS swallows everything"""
    with _held(_some(ground, random, lambda one, other: other == NATS)):
        await asyncio.sleep(random.uniform(0.5, 4))


async def kill_nats(ground: Ground, random: Random) -> None:
    """kill -9 of NATS, which comes back with its store wiped"""
    ground.system.nats.forgets = True
    await _kill(ground, NATS)


async def kill_postgres(ground: Ground, random: Random) -> None:
    """kill -9 of PostgreSQL"""
    await _crash(ground)


async def restore_postgres(ground: Ground, random: Random) -> None:
    """PostgreSQL restored from an older copy: a failover that loses commits"""
    await _crash(ground, "copy")
    await asyncio.sleep(random.uniform(2, 4))
    await _crash(ground, "restore")


async def truncate(ground: Ground, random: Random) -> None:
    """change history deleted, while the gateways hear nothing"""
    service = random.choice(("catalog", "planner"))
    to_nats = [link for (one, other), link in ground.system.links.items() if other == NATS]
    until = time.monotonic() + _SILENT
    with _held([link for link in to_nats if random.random() < 0.8]):
        while time.monotonic() < until:
            with contextlib.suppress(psycopg.OperationalError):
                await asyncio.to_thread(ground.truth.forget_history, service)
            await asyncio.sleep(0.02)


async def fill_disk(ground: Ground, random: Random) -> None:
    """the disk of PostgreSQL and its log is full"""
    filling = asyncio.create_task(ground.system.postgres.fill_disk(random.uniform(1, 2.5)))
    while not filling.done():
        with contextlib.suppress(psycopg.Error):
            await asyncio.to_thread(ground.truth.switch_log)
        await asyncio.sleep(0.1)
    await filling
    await _takes_connections(ground)


FAULTS: dict[str, Fault] = {
    each.__name__.replace("_", "-"): each
    for each in (
        *(kill_gateway, kill_service, kill_both, pause_gateway, pause_service, pause_nats),
        *(cut_clients, hold_clients, delay_clients, cut_services, hold_services, cut_database, hold_database),
        *(cut_nats, hold_nats, kill_nats, kill_postgres, restore_postgres, truncate, fill_disk),
    )
}
ALONE = {"kill-postgres", "restore-postgres", "fill-disk", "truncate"}
"""Faults during which no other is begun: what they lose must be theirs."""


async def _kill(ground: Ground, *names: str) -> None:
    before = {name: ground.system.runs(name) for name in names}
    for name in names:
        with contextlib.suppress(ProcessLookupError):
            os.kill(ground.system.server(name).process.pid, signal.SIGKILL)
    for name, runs in before.items():
        await ground.system.runs_again(name, runs)


async def _pause(ground: Ground, name: str, random: Random) -> None:
    process = ground.system.server(name).process
    with contextlib.suppress(ProcessLookupError):
        os.kill(process.pid, signal.SIGSTOP)
        await asyncio.sleep(random.uniform(0.5, 3))
        os.kill(process.pid, signal.SIGCONT)


async def _crash(ground: Ground, and_then: str = "") -> None:
    runs = ground.system.runs(POSTGRES)
    if and_then == "copy":
        ground.copied = time.monotonic()
    ground.system.postgres.crash(and_then)
    if and_then == "restore":
        ground.restored(time.monotonic())
    await ground.system.runs_again(POSTGRES, runs)


async def _takes_connections(ground: Ground) -> None:
    """Returns when PostgreSQL is up, whether or not the full disk brought it down."""
    async with asyncio.timeout(60):
        while True:
            with contextlib.suppress(psycopg.Error):
                await asyncio.to_thread(ground.truth.switch_log)
                return
            await asyncio.sleep(0.05)


@contextlib.contextmanager
def _held(links: Iterable[RoundRobin]) -> Iterator[None]:
    held = list(links)
    for link in held:
        link.hold()
    try:
        yield
    finally:
        for link in held:
            link.release()


def _some(ground: Ground, random: Random, chosen: Callable[[str, str], bool]) -> list[RoundRobin]:
    """About half of the links of a sort."""
    links = [link for (one, other), link in ground.system.links.items() if chosen(one, other)]
    return random.sample(links, (len(links) + 1) // 2)
