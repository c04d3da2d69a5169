"""The folder of a local system: `.albertplus/`, with everything that is kept between runs."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from cli.dev.files import private_folder, write_private
from cli.errors import CommandError
from cli.target import RUN_FILE, home

_TEMPORARY = "albertplus-"
# After this many seconds, whoever makes such a folder has locked it.
_SURELY_LOCKED = 30.0


class Home:
    """Paths in the folder; open it with `opened`, which makes sure that nobody else uses it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def logs(self) -> Path:
        """The folder with one log per process."""
        return self.path / "logs"

    def log(self, name: str) -> Path:
        """The log of process `name`."""
        return self.logs / f"{name}.log"

    def start_logs(self) -> None:
        """Begin new logs and keep those of the last run beside them, as `.log.1`."""
        private_folder(self.logs)
        for log in self.logs.glob("*.log"):
            log.replace(log.with_suffix(".log.1"))

    def announce(self, run: dict[str, object]) -> None:
        """Write run.json, by which the other commands find the running system."""
        write_private(self.path / RUN_FILE, json.dumps(run, indent=2))

    def withdraw(self) -> None:
        """Remove run.json: nothing runs here any more."""
        (self.path / RUN_FILE).unlink(missing_ok=True)


@contextlib.contextmanager
def opened(*, ephemeral: bool) -> Iterator[Home]:
    """The home folder, locked; with `ephemeral` a new temporary one that is removed in the end.

    Refuses when another `albertplus dev` uses it, or when it can't be written.
    """
    if ephemeral:
        _sweep(Path(tempfile.gettempdir()))
    path = Path(tempfile.mkdtemp(prefix=_TEMPORARY)) if ephemeral else home().absolute()
    try:
        with _locked(path):
            yield Home(path)
    finally:
        if ephemeral:
            shutil.rmtree(path, ignore_errors=True)


def _sweep(folder: Path) -> None:
    """Remove what temporary systems left in `folder` that were killed before they could."""
    for path in folder.glob(f"{_TEMPORARY}*"):
        with contextlib.suppress(OSError), (path / "lock").open() as lock:
            ours = path.lstat().st_uid == os.getuid() and not path.is_symlink()
            if not ours or os.fstat(lock.fileno()).st_mtime > time.time() - _SURELY_LOCKED:
                continue
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    try:
        handle = os.open(private_folder(path) / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise CommandError(
            f"{path} cannot be used: {error.strerror}",
            hint="choose another folder with ALBERTPLUS_HOME=/path",
        ) from error
    with os.fdopen(handle, "r+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise _in_use(path, lock.read().strip()) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _in_use(path: Path, pid: str) -> CommandError:
    return CommandError(
        f"another `albertplus dev` (process {pid or 'unknown'}) already runs in {path}",
        hint="use that one or stop it; for a second system: "
        "`ALBERTPLUS_HOME=/path albertplus dev --port 0`, or `albertplus dev --ephemeral --port 0`",
    )
