"""Running PostgreSQL when we are root: it refuses to, so it is shown another user id."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from pathlib import Path

from cli.errors import CommandError

_NOBODY = 65534


def command_prefix(folder: Path) -> list[str]:
    """The words to put before a PostgreSQL program that works in `folder`; empty for an ordinary user.

    For root it is a user namespace in which we look like nobody: the kernel still checks files as root, so no
    user is made and no owner or mode is changed. Where namespaces are forbidden (containers, often), the
    program becomes nobody for real and `folder` is handed to it.
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
    folder.parent.chmod(folder.parent.stat().st_mode | 0o011)  # ours as well, and to be passed through
    _hand_over(folder, _NOBODY)
    # setpriv clears the parent-death signal when it changes the user, hence its own option.
    return [
        "setpriv",
        f"--reuid={_NOBODY}",
        f"--regid={_NOBODY}",
        "--clear-groups",
        "--pdeathsig",
        "INT",
        "--",
    ]


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
