"""One folder per pytest session, shared by its workers: where the servers are, and locks between workers."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

_REPOSITORY = Path(__file__).resolve().parents[2]
_START_SECONDS = 60


@dataclass(frozen=True)
class ServersFile:
    """What the keeper says: the superuser's address, one NATS account per entry, its own pid."""

    postgres: str
    nats: list[str]
    keeper: int

    def to_json(self) -> str:
        """The content of servers.json."""
        return json.dumps(asdict(self))


def controller_pid() -> int:
    """The process of this session that outlives all others: the parent of an xdist worker, else ourselves."""
    return os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()


def session_folder() -> Path:
    """The session's folder, the same for all its workers."""
    folder = Path(tempfile.gettempdir()) / f"albertplus-test.{os.getuid()}.{controller_pid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


@contextlib.contextmanager
def locked(name: str) -> Iterator[Path]:
    """Hold the session's lock `name`; gives the folder."""
    folder = session_folder()
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


def next_number(name: str) -> int:
    """0, 1, 2, … over all workers of the session."""
    with locked(name) as folder:
        counter = folder / f"{name}.count"
        number = int(counter.read_text()) if counter.exists() else 0
        counter.write_text(str(number + 1))
        return number


def start_servers() -> ServersFile:
    """The session's servers, started by whichever worker asks first."""
    with locked("servers") as folder:
        said = folder / "servers.json"
        if not said.exists():
            _start_keeper(folder, said)
        return ServersFile(**json.loads(said.read_text()))


def stop_servers() -> None:
    """Stop the servers if we are the session's controller and they run; returns when they are gone."""
    if controller_pid() != os.getpid():
        return
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        servers = ServersFile(**json.loads((session_folder() / "servers.json").read_text()))
        _end(servers.keeper)
    with contextlib.suppress(OSError):
        session_folder().rmdir()


def _start_keeper(folder: Path, said: Path) -> None:
    """Start the keeper in a session of its own and wait for its word, or for its end."""
    command = [sys.executable, "-m", "tests.support.keeper", str(folder), str(controller_pid())]
    with (folder / "keeper.log").open("wb") as log:
        keeper = subprocess.Popen(command, cwd=_REPOSITORY, stdout=log, stderr=log, start_new_session=True)
    handle = os.pidfd_open(keeper.pid)
    try:
        for _ in range(_START_SECONDS * 50):
            ended = select.select([handle], [], [], 0.02)[0]
            if said.exists():
                return
            if ended:
                break
        raise RuntimeError(f"the test servers did not start:\n{(folder / 'keeper.log').read_text()[-4000:]}")
    finally:
        os.close(handle)


def _end(pid: int) -> None:
    handle = os.pidfd_open(pid)
    try:
        signal.pidfd_send_signal(handle, signal.SIGTERM)
        select.select([handle], [], [], 30)
    finally:
        os.close(handle)
