"""The gateway process: what it is made of, how it starts, and how it stops.

It starts listening before it looks, and looks before it answers: the broker is subscribed to first, then each
service says where its change log stands, and only then are clients let in. So no change can fall between.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Mapping

import grpc
import structlog
import uvloop
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from gateway import live_door
from gateway.addresses import Proxies
from gateway.api_keys import ApiKeys
from gateway.changes import ChangeFeed
from gateway.convex.calls import FunctionCalls
from gateway.convex.clock import Clock
from gateway.convex.door import ConvexDoor
from gateway.convex.limits import ConvexLimits
from gateway.convex.results import Renderer
from gateway.driver import LiveDriver
from gateway.extension import load_extension
from gateway.forward import ForwardingDoor
from gateway.functions.context import FunctionSettings
from gateway.functions.table import FUNCTIONS
from gateway.guard import Guard, GuardedSignIn, quotas_of
from gateway.http import HttpServer, application, listen
from gateway.http_limits import HttpLimits
from gateway.live.core import LiveCore
from gateway.live.limits import Limits
from gateway.live_door import LiveDoor
from gateway.methods import PublicMethods, public_methods
from gateway.routes import Ingestion
from gateway.settings import GatewaySettings
from gateway.sign_in import SignIn, SignInSettings
from gateway.upstream import Upstream
from gateway.webhooks import ClerkWebhooks
from runtime.auth import Signer
from runtime.process import bind, run_until_stopped, server_options, write_ready_file
from runtime.settings import described, load
from runtime.telemetry import configure_logging
from runtime.tls import Tls

NAME = "gateway"
MIN_GRACE = 0.2
# A client that vanished without a word is noticed, so that its session does not stay for ever.
KEEPALIVE = (("grpc.keepalive_time_ms", 20_000), ("grpc.keepalive_timeout_ms", 10_000))
SERVING = health_pb2.HealthCheckResponse.SERVING

log = structlog.get_logger(__name__)


class GatewayProcess:
    """A running gateway."""

    def __init__(self, settings: GatewaySettings, limits: Limits | None = None) -> None:
        """Puts the parts together; opens nothing. Raises OSError or ValueError for unusable key files."""
        self._settings = settings
        extension = load_extension(settings.extra_functions)
        self.functions = FUNCTIONS + extension.functions
        self._methods = PublicMethods(extension.rpc_services) if extension.rpc_services else public_methods()
        self._services = tuple(settings.upstreams)
        tls = Tls.of(settings)
        signer = Signer.from_file(NAME, settings.signing_key_file)
        self._upstream = Upstream(settings.upstreams, signer, tls)
        loop_now = asyncio.get_running_loop().time()
        core = LiveCore(self._services, limits or core_limits(settings), random.random, loop_now)
        calls = self._calls()
        self.driver = LiveDriver(core, self._upstream, self._methods, calls)
        self._feed = ChangeFeed(
            settings.nats_url.get_secret_value(), self.driver.heard, self.driver.wrote, tls=tls
        )
        self._sign_in = SignIn(
            SignInSettings(settings.issuers, settings.audience, settings.authorized_parties)
        )
        self._guard = Guard(quotas_of(settings), Proxies(settings.trusted_proxies))
        self._guarded = GuardedSignIn(self._sign_in, self._guard)
        self.door = LiveDoor(self.driver, self._methods, self._guarded, self._guard)
        self._grpc = grpc.aio.server(options=(*server_options(settings), *KEEPALIVE))
        self._health = health.aio.HealthServicer()
        convex = ConvexLimits.of(settings)
        self.convex = ConvexDoor(self.driver, calls, self._guarded, Clock(), self._guard, limits=convex)
        api_keys = ApiKeys(self._upstream, settings.convex_api_key.get_secret_value())
        ingestion = Ingestion(self._upstream, self._methods, api_keys, self.driver.wrote)
        webhooks = ClerkWebhooks(self._upstream, settings.webhook_secrets, self.driver.wrote)
        routes = (*self.convex.routes(), *webhooks.routes(), *ingestion.routes())
        http = HttpLimits.of(settings)
        self._http = HttpServer(application(self.readiness, routes, http, self.convex.sockets), http)
        self._http_task: asyncio.Task[None] | None = None
        self._draining = False
        self.grpc_port = 0
        self.http_port = 0
        self.site_port = 0

    def readiness(self) -> Mapping[str, bool]:
        """What it takes to serve, and whether it is there.

        The broker counts only until it was heard once: without it updates are slower, not wrong, and a
        gateway that sent its clients away for that would send them to others that are no better off.
        """
        services = {service: self.driver.has_position(service) for service in self._services}
        return {"broker": self._feed.subscribed, **services, "serving": not self._draining}

    async def start(self) -> None:
        """Opens everything. Raises OSError when a port is taken."""
        ports = (self._settings.port, self._settings.second_port)
        sockets = [listen(self._settings.host, port) for port in ports]
        self.http_port, self.site_port = (each.getsockname()[1] for each in sockets)
        self._http_task = asyncio.create_task(self._http.serve(sockets), name="http")
        self._add_handlers()
        self.grpc_port = bind(self._grpc, self._settings.host, self._settings.grpc_port)
        await self._look()
        await self._grpc.start()
        await self._health.set("", SERVING)
        log.info("serving", http=self.http_port, grpc=self.grpc_port, **self.readiness())

    async def stop(self) -> None:
        """Sends clients elsewhere, lets what is under way finish in the stated time, closes everything."""
        self._draining = True
        await self._health.enter_graceful_shutdown()
        until = time.monotonic() + self._settings.drain_seconds
        seconds = self._settings.drain_seconds
        await asyncio.gather(self.door.drain(seconds), self.convex.drain(seconds))
        await self._grpc.stop(max(MIN_GRACE, until - time.monotonic()))
        self._http.should_exit = True
        if self._http_task is not None:
            await asyncio.gather(self._http_task, return_exceptions=True)
        await self.convex.close()
        await self._feed.close()
        await self.driver.close()
        await self._upstream.close()
        await self._sign_in.close()

    async def _look(self) -> None:
        """The broker first, then the positions; whatever stays silent is asked again while serving."""
        self._feed.start()
        if not await self._feed.wait_subscribed(self._settings.start_seconds):
            log.warning("the broker does not answer; asking the services themselves until it does")
        self.driver.soon()
        if not await self.driver.wait_positions(self._services, self._settings.start_seconds):
            log.warning("not every service answers", **self.readiness())

    def _calls(self) -> FunctionCalls:
        settings = FunctionSettings(self._settings.scraper_url, self._settings.outbound_key)
        renderer = Renderer(self._settings.redact_errors)
        return FunctionCalls(self.functions, self._upstream, self._methods, settings, renderer)

    def _add_handlers(self) -> None:
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._grpc)
        names = (*self._methods.services, live_door.SERVICE, health.SERVICE_NAME, reflection.SERVICE_NAME)
        reflection.enable_server_reflection(names, self._grpc)
        forwarding = ForwardingDoor(self._methods, self._upstream, self.driver, self._guarded, self._guard)
        self._grpc.add_generic_rpc_handlers((self.door.handler(), forwarding))


def core_limits(settings: GatewaySettings) -> Limits:
    """The live core's limits: its own, but for those that are settings."""
    return Limits(
        sessions=settings.max_sessions,
        queries=settings.queries_per_session,
        mutations=settings.mutations_per_session,
    )


async def serve(settings: GatewaySettings) -> None:
    """Runs the gateway until it is told to stop."""
    configure_logging(NAME, settings.log_format, settings.log_level)
    log.info("settings", settings=described(settings))
    process = GatewayProcess(settings)
    await run_until_stopped(
        process.start,
        process.stop,
        lambda: write_ready_file(
            settings.ready_file,
            {
                "grpc_port": process.grpc_port,
                "http_port": process.http_port,
                "site_port": process.site_port,
            },
        ),
    )


def run() -> None:
    """Runs the gateway with the settings in the environment. Raises SettingsError before anything opens."""
    uvloop.run(serve(load(GatewaySettings)))
