"""From a bare machine to a working checkout: `python3 tools/bootstrap.py [--dev] [COMMAND ARGUMENTS...]`.

Needs nothing but Python 3.11 and its standard library. It finds or fetches uv, lets uv install what uv.lock
says into .venv, and then becomes COMMAND (a program of .venv). When everything is in place it says nothing.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
TOOLS = ROOT / ".tools"
OWN_UV = TOOLS / "bin" / "uv"
UV_REQUIREMENT = "uv>=0.9"


def main(arguments: Sequence[str]) -> None:
    """Install what is missing (`--dev`: tools for tests and checks too), then run the command, if any."""
    if sys.version_info < (3, 11):  # noqa: UP036  this file meets whatever Python the machine has
        stop(f"this is Python {sys.version.split()[0]}; 3.11 or newer is needed (make PYTHON=python3.11 …)")
    words = list(arguments)
    with_tools = words[:1] == ["--dev"]
    command = words[1:] if with_tools else words
    sync(find_uv() or fetch_uv(), with_tools)
    if command:
        program = VENV / "bin" / command[0]
        os.execv(program, [str(program), *command[1:]])  # noqa: S606  becoming the program is the point


def find_uv() -> str | None:
    """A uv that runs: the one on PATH, or the one fetched earlier."""
    for candidate in (shutil.which("uv"), str(OWN_UV)):
        if candidate and os.path.exists(candidate) and succeeds([candidate, "--version"]):
            return candidate
    return None


def fetch_uv() -> str:
    """Install uv into .tools with pip, wherever pip may come from."""
    say("fetching uv into .tools …")
    command = [*find_pip(), "install", "--quiet", "--disable-pip-version-check", "--no-warn-script-location"]
    # As root pip warns about being root; there is nothing to be done about it in a folder of our own.
    environment = {**os.environ, "PIP_ROOT_USER_ACTION": "ignore"}
    done = subprocess.run(
        [*command, "--upgrade", "--target", str(TOOLS), UV_REQUIREMENT], env=environment, check=False
    )
    if done.returncode != 0 or not OWN_UV.exists():
        stop("uv could not be fetched (see above); with uv on PATH this step is not needed")
    return str(OWN_UV)


def find_pip() -> list[str]:
    """The words that call pip: Python's own, one from a throw-away environment, or Debian's package."""
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    environment = TOOLS / "pip"
    if importlib.util.find_spec("ensurepip") and succeeds([sys.executable, "-m", "venv", str(environment)]):
        return [str(environment / "bin" / "python"), "-m", "pip"]
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        stop("neither uv nor pip is here; install one of them, e.g. `sudo apt-get install python3-pip`")
    say("installing Debian's python3-pip …")
    install_with_apt("python3-pip")
    return ["/usr/bin/python3", "-m", "pip"]


def install_with_apt(package: str) -> None:
    """Install a Debian package, as root."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", package]
    for command in (["apt-get", "update", "--quiet"], install):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        stop(f"apt-get could not install {package}:\n{done.stderr.strip()}")


def sync(uv: str, with_tools: bool) -> None:
    """Make .venv what uv.lock says; quiet and quick when it already is."""
    first = not VENV.exists()
    if first:
        say("installing the dependencies into .venv (the first time only) …")
    command = [uv, "sync", "--locked", "--quiet", "--project", str(ROOT)]
    # Without the tools, leave them where they are: `make dev` after `make test` shall not remove them.
    command += [] if with_tools else ["--no-dev", "--inexact"]
    # An existing .venv keeps its Python; a new one gets the one that runs this, and is compiled at once
    # rather than by six processes that each start for the first time.
    command += ["--python", sys.executable, "--compile-bytecode"] if first else []
    environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    if subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode != 0:
        stop("uv could not install the dependencies (see above); is there a network?")


def succeeds(command: Sequence[str]) -> bool:
    """Whether a command can be run and says that all is well."""
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def say(message: str) -> None:
    """Tell the person what takes so long."""
    print(f"bootstrap: {message}", flush=True)


def stop(message: str) -> NoReturn:
    """End with a message that says what to do."""
    sys.exit(f"bootstrap: {message}")


if __name__ == "__main__":
    main(sys.argv[1:])
