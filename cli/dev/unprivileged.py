"""Running PostgreSQL when we are root: it refuses to, so it is shown another user id."""

from __future__ import annotations

import functools
import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from cli.errors import CommandError

_NOBODY = 65534
_CACHE = Path("/var/cache/albertplus")


def command_prefix(folder: Path) -> list[str]:
    """The words to put before a PostgreSQL program that works in `folder`; empty for an ordinary user.

    For root it is a user namespace in which we look like nobody: the kernel still checks files as root, so no
    user is made and no owner or mode is changed. Where namespaces are forbidden (containers, often), the
    program becomes nobody for real, `folder` is handed to it, and it keeps the right to pass through folders
    of root's on the way there.
    """
    if os.geteuid() != 0:
        return []
    if _namespaces_allowed():
        _hand_over(folder, os.geteuid())
        return _namespace()
    if shutil.which("setpriv") is None:
        raise CommandError(
            "PostgreSQL cannot be started as root here: neither user namespaces nor setpriv are available",
            hint="run as an ordinary user, or install util-linux",
        )
    _hand_over(folder, _NOBODY)
    # setpriv clears the parent-death signal when it changes the user, hence its own option.
    return [
        "setpriv",
        f"--reuid={_NOBODY}",
        f"--regid={_NOBODY}",
        "--clear-groups",
        "--inh-caps=-all,+dac_override",
        "--ambient-caps=-all,+dac_override",
        "--pdeathsig",
        "INT",
        "--",
    ]


def reachable(binaries: Path) -> Path:
    """A folder with the same PostgreSQL programs that the user who runs them may enter.

    PostgreSQL asks for its own programs in a way that no capability helps with, so when nobody runs them and
    they lie in a folder of root's alone (/root, often), they are copied to where everybody may look.
    """
    if os.geteuid() != 0 or _namespaces_allowed() or _open_to_all(binaries):
        return binaries
    package = binaries.parents[1]  # the programs find their libraries beside it
    libraries = package.parent / f"{package.name}.libs"
    copy = _CACHE / _fingerprint(binaries / "postgres")
    if not copy.exists():
        partial = copy.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(package, partial / package.name)
        if libraries.exists():
            shutil.copytree(libraries, partial / libraries.name)
        partial.rename(copy)
    return copy / binaries.relative_to(package.parent)


def _open_to_all(folder: Path) -> bool:
    return all(place.stat().st_mode & 0o001 for place in (folder, *folder.parents))


def _fingerprint(program: Path) -> str:
    state = program.stat()
    return hashlib.blake2b(f"{program}{state.st_size}{state.st_mtime_ns}".encode(), digest_size=8).hexdigest()


def _namespace() -> list[str]:
    return ["unshare", "--user", f"--map-user={_NOBODY}", f"--map-group={_NOBODY}", "--"]


@functools.cache
def _namespaces_allowed() -> bool:
    if shutil.which("unshare") is None:
        return False
    return subprocess.run([*_namespace(), "true"], check=False, capture_output=True).returncode == 0


def _hand_over(folder: Path, user: int) -> None:
    """Give our own folder to `user`, unless it is theirs: another start may have been the other way."""
    if all(path.stat().st_uid == user for path in (folder, *folder.iterdir())):
        return
    for path in (*folder.rglob("*"), folder):
        os.chown(path, user, user, follow_symlinks=False)
