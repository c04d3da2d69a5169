"""The bootstrap script, run by a bare Python with a uv that only notes what it is asked."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "tools" / "bootstrap.py"


class Checkout:
    """A folder with nothing but the script, and a PATH with nothing but `uv`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked = folder / "asked"
        self._bin = folder / "bin"
        self._bin.mkdir()
        (folder / "tools").mkdir()
        shutil.copy(SCRIPT, folder / "tools")

    def program(self, path: str, script: str) -> None:
        """A program at `path` below the folder."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(f"#!/bin/sh\n{script}\n")
        target.chmod(0o755)

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run the script with Python alone: no site-packages, no environment."""
        command = [sys.executable, "-I", "tools/bootstrap.py", *words]
        environment = {"PATH": str(self._bin)}
        return subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False, timeout=30
        )


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    found = Checkout(tmp_path)
    found.program("bin/uv", f'echo "$@" >> {found.asked}')
    return found


def test_with_everything_in_place_it_is_silent_and_becomes_the_command(checkout: Checkout) -> None:
    checkout.program(".venv/bin/albertplus", 'echo "ran $@"')
    done = checkout.run("albertplus", "dev", "--port", "0")
    assert (done.returncode, done.stdout, done.stderr) == (0, "ran dev --port 0\n", "")


def test_running_keeps_the_tools_that_testing_installed(checkout: Checkout) -> None:
    (checkout.folder / ".venv").mkdir()
    checkout.run()
    checkout.run("--dev")
    _, running, _, testing = checkout.asked.read_text().splitlines()
    assert running.endswith("--no-dev --inexact")
    assert testing == f"sync --locked --quiet --project {checkout.folder}"


def test_the_first_time_it_says_what_takes_long(checkout: Checkout) -> None:
    assert "the first time only" in checkout.run().stdout


def test_dependencies_that_cannot_be_installed_stop_it(checkout: Checkout) -> None:
    checkout.program("bin/uv", '[ "$1" = --version ]')
    done = checkout.run("albertplus", "dev")
    assert done.returncode == 1
    assert "uv could not install the dependencies" in done.stderr


def test_a_uv_that_does_not_run_is_passed_over(checkout: Checkout) -> None:
    checkout.program("bin/uv", "exit 127")
    checkout.program(".tools/bin/uv", f'echo "$@" >> {checkout.asked}')
    assert checkout.run().returncode == 0
    assert "sync --locked" in checkout.asked.read_text()
