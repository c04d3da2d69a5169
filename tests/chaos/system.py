"""The local system with two of everything, and a network between its parts that can fail."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import replace

from cli.dev.home import Home
from cli.dev.layout import Layout
from cli.dev.ports import free_ports
from cli.dev.program import Program, Server
from cli.dev.supervise import keep_running
from cli.dev.system import System
from tests.chaos.servers import CrashingPostgres, ForgetfulNats
from tests.support.proxy import RoundRobin

RESTART_SECONDS = 0.5
POSTGRES, NATS = "PostgreSQL", "NATS"


class ChaosSystem(System):
    """What `albertplus dev --replicas 2` runs; every connection between two processes goes through a link."""

    def __init__(self, home: Home, *, disabled: Iterable[str] = ()) -> None:
        """`disabled` are mechanisms of the live core that the gateways go without."""
        super().__init__(home, Layout.at(0, 2))
        layout = self.layout
        self.postgres: CrashingPostgres = CrashingPostgres(
            home.path / "postgres", log=home.log("postgres"), port=layout.postgres, copy=home.path / "copy"
        )
        self.nats: ForgetfulNats = ForgetfulNats(home.path / "nats", log=home.log("nats"), port=layout.nats)
        self.links: dict[tuple[str, str], RoundRobin] = {}
        """By the names of who connects and to whom, such as ``gateway-2``, ``catalog``."""
        self._disabled = ",".join(disabled)
        self._runs = Counter[str]()
        self._changed = asyncio.Condition()

    @property
    def names(self) -> dict[str, list[str]]:
        """The processes that can be killed, by sort."""
        services = [
            _name(each, at) for each, ports in self.layout.services.items() for at in range(len(ports))
        ]
        return {"gateway": ["gateway", "gateway-2"], "service": services}

    def server(self, name: str) -> Server:
        """The process of this name."""
        return next(server for server in self.servers if server.process.name == name)

    async def start(self) -> None:
        """Starts everything and returns when all of it is ready."""
        self.postgres.mount_small_disk()
        await super().start()

    async def stop(self) -> None:
        """Stops everything."""
        self.heal()
        await super().stop()
        await asyncio.gather(*(link.stop() for link in self.links.values()))
        self.postgres.unmount()

    def heal(self) -> None:
        """Every link passes everything on at once."""
        for link in self.links.values():
            link.delay = 0.0
            link.release()

    @contextlib.asynccontextmanager
    async def supervised(self) -> AsyncIterator[None]:
        """What stops is started again, as `albertplus dev` does, but after a short while each time."""
        keeping = asyncio.create_task(keep_running(self.servers, self._hears, RESTART_SECONDS))
        try:
            yield
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)

    def runs(self, name: str) -> int:
        """How often it was started again."""
        return self._runs[name]

    async def runs_again(self, name: str, since: int, seconds: float = 60.0) -> None:
        """Returns when it was started more often than `since`."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(lambda: self._runs[name] > since)

    async def everything_runs(self, seconds: float = 60.0) -> None:
        """Returns when no process is down."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(
                lambda: all(
                    server.process.exit_code is None and server.process.name not in self._down
                    for server in self.servers
                )
            )

    _down: frozenset[str] = frozenset()

    def _hears(self, text: str) -> None:
        """The supervisor says who stopped and who runs again."""
        name = text.split(" ", 1)[0]
        if " stopped (" in text:
            self._down |= {name}
        elif text.endswith(" runs again"):
            self._down -= {name}
            self._runs[name] += 1
        self._telling = asyncio.ensure_future(self._tell())

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _prepare_storage(self) -> None:
        ends = [
            (one, other, port)
            for one in (*self.names["gateway"], *self.names["service"])
            for other, port in self._targets(one)
        ]
        promised = {port for port, _ in self.layout.uses()}
        free = (port for port in free_ports(2 * len(ends) + len(promised)) if port not in promised)
        for one, other, port in ends:
            self.links[one, other] = RoundRobin([port], next(free))
        await asyncio.gather(*(link.start() for link in self.links.values()))
        await super()._prepare_storage()

    def _targets(self, name: str) -> Iterator[tuple[str, int]]:
        """What a process connects to, and at which port that is."""
        yield NATS, self.layout.nats
        if not name.startswith("gateway"):
            yield POSTGRES, self.layout.postgres
        called = {"gateway": self.layout.services, "planner": {"catalog": self.layout.services["catalog"]}}
        for service, ports in called.get(name.removesuffix("-2"), {}).items():
            yield from ((_name(service, at), port) for at, port in enumerate(ports))

    def _services(self) -> Iterable[Program]:
        return map(self._through_links, super()._services())

    def _gateways(self) -> Iterable[Program]:
        for program in map(self._through_links, super()._gateways()):
            settings = {**program.settings, "CHAOS_DISABLED": self._disabled}
            crippled = replace(program, module=("tests.chaos.crippled",), settings=settings)
            yield crippled if self._disabled else program

    def _through_links(self, program: Program) -> Program:
        settings = dict(program.settings)
        for other, port in self._targets(program.name):
            through = f":{self.links[program.name, other].port}"
            settings = {name: value.replace(f":{port}", through) for name, value in settings.items()}
        return replace(program, settings=settings)


def _name(service: str, replica: int) -> str:
    return service if replica == 0 else f"{service}-{replica + 1}"
