"""The environment variables of the command line: those of its options, and those its modules read."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import typer.main
from typer.core import TyperGroup, TyperOption

from cli.main import COMMANDS, app_for
from runtime.settings import PREFIX

_CLI = Path(__file__).resolve().parents[2] / "cli"
_READ = {
    "ALBERTPLUS_HOME": (
        ".albertplus",
        "The folder of the local system: data, keys, logs; how the commands find it.",
    ),
    "ALBERTPLUS_ISSUER_PORT": ("3213", "The port of the local sign-in (`albertplus run issuer`)."),
    "ALBERTPLUS_NATS_BIN": ("", "Another nats-server program than the one of the wheel."),
    "ALBERTPLUS_PG_BIN": ("", "Another folder with PostgreSQL's programs than the one of the wheel."),
    "ALBERTPLUS_READY_FILE": ("", "As for every process; read by the local sign-in."),
}
"""What modules read by themselves, without an option: default and sentence."""


def variables() -> list[tuple[str, str, str]]:
    """Name, default and sentence of each, by name. Fails when one is read that nothing here describes."""
    read = set(_read_by_modules())
    options = dict(_of_options())
    assert read - set(options) <= set(_READ), f"describe {sorted(read - set(options) - set(_READ))} here"
    assert set(_READ) <= read, f"nothing reads {sorted(set(_READ) - read)}"
    described = {**_READ, **options}
    return [(name, *described[name]) for name in sorted(described)]


def _of_options() -> Iterator[tuple[str, tuple[str, str]]]:
    for command in COMMANDS:
        group = typer.main.get_command(app_for([command]))
        assert isinstance(group, TyperGroup)
        for parameter in (*group.params, *group.commands[command].params):
            if isinstance(parameter, TyperOption) and isinstance(parameter.envvar, str):
                default = "" if parameter.default in (None, False, "") else str(parameter.default)
                yield parameter.envvar, (default, parameter.help or "")


def _read_by_modules() -> Iterator[str]:
    """The names in `os.environ.get(...)` anywhere in cli/."""
    for path in sorted(_CLI.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "os.environ.get" and node.args:
                name = node.args[0]
                if isinstance(name, ast.Constant) and str(name.value).startswith(PREFIX):
                    yield str(name.value)
