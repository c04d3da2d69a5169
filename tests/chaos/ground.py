"""A running system with clients in it, and when all of it is up, quiet, and right."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from functools import partial
from random import Random

from cli.dev.issuer import LocalIssuer
from cli.dev.postgres import SUPERUSER
from tests.chaos.client import COURSES, SCHEDULE, YEAR, Client
from tests.chaos.convex_client import ConvexClient
from tests.chaos.live_client import LiveClient
from tests.chaos.oracle import Oracle, Restore
from tests.chaos.registrar import COUNTED, Registrar
from tests.chaos.system import ChaosSystem
from tests.chaos.truth import Truth
from tests.support.proxy import RoundRobin

USERS = tuple(f"u{number}" for number in range(8))
PATIENCE = 15.0
"""Seconds after which a screen that is not right is stale."""
_IDLE_SECONDS = 90.0


class Ground:
    """Eight users with two tabs each; one tab speaks Convex, the other gRPC."""

    def __init__(self, system: ChaosSystem, seed: str) -> None:
        self.system = system
        self.oracle = Oracle()
        self.going = asyncio.Event()
        self.copied = 0.0
        """When the state of the databases was copied that a restore brings back."""
        self.left_out: dict[str, str] = {}
        """Faults that cannot be had here, and why."""
        self._issuer = LocalIssuer.load(system.home.path)
        superuser = {name: system.postgres.dsn(f"albertplus_{name}", SUPERUSER) for name in system.databases}
        self.truth = Truth(superuser)
        gateways = system.layout.gateways
        admin = partial(self._issuer.mint, "registrar", admin=True)
        self.registrar = Registrar([f"127.0.0.1:{each.grpc}" for each in gateways], admin, self.oracle)
        self.links: list[RoundRobin] = []
        self.clients: list[Client] = []
        self._seed = seed

    @contextlib.asynccontextmanager
    async def populated(self) -> AsyncIterator[None]:
        """With the users and their clients at work, as soon as `going`."""
        await asyncio.to_thread(self.truth.keep_record)
        await self.registrar.prepare(USERS, self._issuer.mint)
        await self._connect()
        tasks = [asyncio.create_task(client.follow()) for client in self.clients]
        tasks += [asyncio.create_task(each.work(self.going)) for each in self._writers]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for link in self.links:
                await link.stop()

    def some_links(self, random: Random) -> list[RoundRobin]:
        """The ways of half of the clients to the gateways."""
        return random.sample(self.links, len(self.links) // 2)

    def restored(self, crashed: float) -> None:
        """The databases are about to lose what was committed since the copy."""
        self.oracle.restores.append(Restore(self.copied, crashed))

    async def fresh(self) -> bool:
        """Returns when every client is shown a change that is made now; False if that takes too long."""
        wanted = self.registrar.version + 2  # the one under way may have begun before
        return await self._shown(lambda client: (client.shown_now(SCHEDULE) or {}).get(COUNTED, 0) >= wanted)

    async def quiet(self) -> float:
        """Lets every write come to its end, compares all screens with the databases, and answers how many
        seconds it took until they were equal; then writing goes on."""
        began = time.monotonic()
        self.going.clear()
        async with asyncio.timeout(_IDLE_SECONDS):
            for each in self._writers:
                await each.idle.wait()
        truth = await asyncio.to_thread(self._read)
        await self._shown(lambda client: self._is_right(client, truth))
        seconds = time.monotonic() - began
        for client in self.clients:
            for query, owners in truth.items():
                view, wanted = f"{query} of {client.name}", owners.get(client.user, {})
                self.oracle.settled(view, client.shown_now(query), wanted)
        self.oracle.all_settled()
        return seconds

    @property
    def _writers(self) -> list[Client | Registrar]:
        return [*self.clients, self.registrar]

    async def _connect(self) -> None:
        gateways = self.system.layout.gateways
        for at, user in enumerate(USERS):
            for tab, kind in (("a", ConvexClient), ("b", LiveClient)):
                ports = [each.http if tab == "a" else each.grpc for each in gateways]
                link = RoundRobin(ports if at % 2 else ports[::-1])
                await link.start()
                self.links.append(link)
                token = partial(self._issuer.mint, user)
                self.clients.append(
                    kind(user, tab, port=link.port, token=token, oracle=self.oracle, seed=self._seed)
                )

    async def _shown(self, right: Callable[[Client], bool]) -> bool:
        try:
            async with asyncio.timeout(PATIENCE):
                await asyncio.gather(*(_until(client, right) for client in self.clients))
        except TimeoutError:
            return False
        return True

    def _is_right(self, client: Client, truth: dict[str, dict[str, dict[str, int]]]) -> bool:
        return all(client.shown_now(query) == owners.get(client.user, {}) for query, owners in truth.items())

    def _read(self) -> dict[str, dict[str, dict[str, int]]]:
        return {COURSES: self.truth.courses(), SCHEDULE: self.truth.schedules(YEAR)}


async def _until(client: Client, right: Callable[[Client], bool]) -> None:
    while not right(client):
        client.screen.changed.clear()
        await client.screen.changed.wait()
