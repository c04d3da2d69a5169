"""The local system with the acceptance service in it and its functions mounted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from cli.dev.databases import create_service_database
from cli.dev.home import Home
from cli.dev.keys import PROCESSES, KeyRing
from cli.dev.layout import Gateway, Layout
from cli.dev.ports import LOOPBACK, free_ports
from cli.dev.program import Program
from cli.dev.settings import issuer_url
from cli.dev.system import System
from tests.support.proxy import RoundRobin

NAME = "acceptance"
SUITE_ISSUER = "http://127.0.0.1:9444"
_PACKAGE = "tests.acceptance.service"


class AcceptanceSystem(System):
    """Everything `albertplus dev` runs, and the acceptance service. Clients come in at `port`."""

    def __init__(
        self, home: Home, port: int, replicas: int, issuers: Iterable[str] = (SUITE_ISSUER,)
    ) -> None:
        layout = Layout.at(0, replicas)
        if port and replicas == 1:
            layout = replace(layout, gateways=(Gateway(port, layout.gateways[0].grpc),))
        super().__init__(home, layout)
        self.keys = KeyRing(home.path / "keys", (*PROCESSES, NAME))
        self._issuers = tuple(issuers)
        self._service_ports = free_ports(replicas)
        self._database = ""
        self._proxy = (
            RoundRobin([gateway.http for gateway in layout.gateways], port) if replicas > 1 else None
        )

    @property
    def port(self) -> int:
        """Where clients come in: a gateway, or what shares them out among several."""
        return self._proxy.port if self._proxy else self.layout.gateways[0].http

    async def start(self) -> None:
        """Start everything and return when all of it is ready."""
        await super().start()
        if self._proxy:
            await self._proxy.start()

    async def stop(self) -> None:
        """Stop everything."""
        if self._proxy:
            await self._proxy.stop()
        await super().stop()

    def program(self, name: str) -> Program:
        """The program of this name, such as ``gateway-2``."""
        return next(program for program in self.programs if program.name == name)

    def _prepare_databases(self) -> dict[str, str]:
        from runtime.migrate import migrate

        databases = super()._prepare_databases()
        self._database = create_service_database(self.postgres, NAME)
        migrate(NAME, self._database, _PACKAGE)
        return databases

    def _services(self) -> Iterable[Program]:
        yield from super()._services()
        for replica, port in enumerate(self._service_ports, 1):
            settings = {
                "ALBERTPLUS_HOST": LOOPBACK,
                "ALBERTPLUS_GRPC_PORT": str(port),
                "ALBERTPLUS_DATABASE_URL": self._database,
                "ALBERTPLUS_NATS_URL": self.nats.url(),
                "ALBERTPLUS_SIGNING_KEY_FILE": str(self.keys.private(NAME)),
                "ALBERTPLUS_TRUSTED_KEYS_FILE": str(self.keys.trusted),
                "ALBERTPLUS_LOG_FORMAT": "console",
            }
            program = self._program(NAME, replica, settings)
            yield replace(program, module=(f"{_PACKAGE}.main",))

    def _gateways(self) -> Iterable[Program]:
        addresses = ",".join(f"{LOOPBACK}:{port}" for port in self._service_ports)
        more = {
            "ALBERTPLUS_EXTRA_FUNCTIONS": "tests.acceptance.functions:EXTENSION",
            "ALBERTPLUS_EXTRA_UPSTREAMS": f"{NAME}={addresses}",
            "ALBERTPLUS_ISSUERS": ",".join((issuer_url(self), *self._issuers)),
            "ALBERTPLUS_ALLOWED_ORIGINS": "loopback,http://app.test",  # a page of the suite
            "ALBERTPLUS_SITE_PORT": "0",
        }
        for program in super()._gateways():
            yield replace(program, settings={**program.settings, **more})
