"""The command line as a whole: help, wrong usage, and how errors are said."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from cli import main as command_line
from cli.errors import CommandError

ROOT = Path(__file__).resolve().parents[2]


def exit_code(*words: str) -> int:
    """Run the command line and return its exit code."""
    with pytest.raises(SystemExit) as ended:
        command_line.main(words)
    assert isinstance(ended.value.code, int)
    return ended.value.code


def fails_with(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """Make `albertplus dev` fail with `error`."""
    module = ModuleType("broken_command")

    def dev() -> None:
        raise error

    module.dev = dev  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "broken_command", module)
    monkeypatch.setitem(command_line.COMMANDS, "dev", command_line._Lazy("broken_command", "dev", ""))


@pytest.mark.parametrize("name", command_line.COMMANDS)
def test_every_command_explains_itself_with_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(name, "--help") == 0
    assert f"albertplus {name}" in capsys.readouterr().out


def test_help_lists_all_commands_without_loading_them(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("cli.run", "cli.migrate"):
        sys.modules.pop(name, None)
    assert exit_code("--help") == 0
    said = capsys.readouterr().out
    assert all(f"│ {name} " in said for name in command_line.COMMANDS)
    assert not {"cli.run", "cli.migrate"} & sys.modules.keys()


@pytest.mark.parametrize("module", ["cli.call", "cli.watch", "gateway.main"])
def test_what_has_no_database_loads_no_library_for_one(module: str) -> None:
    program = f"import sys, {module}; print({{'sqlalchemy', 'psycopg'}} & sys.modules.keys())"
    said = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True)
    assert said.stdout.decode().strip() == "set()"


def test_an_unknown_command_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code("devv") == 2
    assert "No such command 'devv'" in capsys.readouterr().err


def test_an_error_is_one_clear_message_on_standard_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fails_with(monkeypatch, CommandError("the door is shut", hint="knock", details="twice", exit_code=3))
    assert exit_code("dev") == 3
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "error: the door is shut\n  twice\n  → knock\n")


def test_an_unexpected_error_has_no_traceback_unless_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fails_with(monkeypatch, ZeroDivisionError("oh"))
    assert exit_code("dev") == 1
    assert "Traceback" not in capsys.readouterr().err
    monkeypatch.setenv("ALBERTPLUS_DEBUG", "1")
    assert exit_code("dev") == 1
    assert "Traceback" in capsys.readouterr().err


def test_a_process_without_its_settings_says_which(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("ALBERTPLUS_DATABASE_URL", raising=False)
    assert exit_code("run", "identity") == 1
    assert "ALBERTPLUS_DATABASE_URL: required" in capsys.readouterr().err


@pytest.mark.parametrize("words", [("run", "nothing"), ("migrate", "nothing")])
def test_an_unknown_process_or_service_is_refused_with_the_choices(
    words: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code(*words) == 1
    assert "choose one of catalog, planner, identity" in capsys.readouterr().err
