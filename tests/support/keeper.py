"""Keeps PostgreSQL and NATS for one pytest session: `python -m tests.support.keeper FOLDER PID`.

It serves all workers of the session and ends, taking the servers and the folder along, as soon as the process
PID, the session's controller, is gone, whether that finished or was killed.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import signal
import sys
from pathlib import Path

from cli.dev.files import write_private
from cli.dev.nats import Account, Nats
from cli.dev.postgres import Postgres
from tests.support.session import ServersFile

_ACCOUNTS = 500
# What tests write may be lost with the machine.
_FAST_AND_LOOSE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "300",
}


async def keep(folder: Path, controller: int) -> None:
    """Start both, say where they are in FOLDER/servers.json, and stop them when the controller is gone."""
    ended = _ended_event(controller)
    postgres = Postgres(folder / "postgres", log=folder / "postgres.log", settings=_FAST_AND_LOOSE)
    accounts = [Account(f"test{number}", secrets.token_hex(8)) for number in range(_ACCOUNTS)]
    nats = Nats(folder / "nats", log=folder / "nats.log", accounts=accounts)
    try:
        await asyncio.gather(postgres.start(), nats.start())
        urls = [nats.url(account) for account in nats.accounts]
        servers = ServersFile(postgres=postgres.dsn(), nats=urls, keeper=os.getpid())
        write_private(folder / "servers.json", servers.to_json())
        await ended.wait()
    finally:
        await asyncio.gather(nats.stop(), postgres.stop())
        shutil.rmtree(folder, ignore_errors=True)


def _ended_event(controller: int) -> asyncio.Event:
    """Set when the controller's process ends or we are asked to stop."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    try:
        loop.add_reader(os.pidfd_open(controller), ended.set)
    except ProcessLookupError:
        ended.set()
    return ended


if __name__ == "__main__":
    asyncio.run(keep(Path(sys.argv[1]), int(sys.argv[2])))
