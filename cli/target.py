"""Where the local system is, and which gateway a command talks to."""

from __future__ import annotations

import functools
import json
import operator
import os
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.errors import CommandError

RUN_FILE = "run.json"
DEFAULT_HOME = ".albertplus"

Gateway = Annotated[
    str,
    typer.Option(
        "--gateway",
        metavar="WHERE",
        envvar="ALBERTPLUS_GATEWAY",
        help="HOST:PORT of the gateway's gRPC; or 2 for the second one of the running `albertplus dev`.",
    ),
]


def home() -> Path:
    """The folder of the local system: ALBERTPLUS_HOME, or `.albertplus` here."""
    return Path(os.environ.get("ALBERTPLUS_HOME", DEFAULT_HOME))


def gateway_address(given: str) -> str:
    """The gateway named by the option, by its number or its address, else the running one.

    Raises CommandError when there is no such gateway.
    """
    if not given:
        return str(running("gateway", "grpc"))
    if not given.isdecimal():
        return given
    many = len(running("gateways"))
    if not 1 <= int(given) <= many:
        hint = "`albertplus dev --replicas 2` runs two gateways"
        raise CommandError(f"the system in {home()} has no gateway {given}", hint=hint)
    return str(running("gateways", int(given) - 1, "grpc"))


def running(*place: str | int) -> Any:
    """What run.json of the running system says at this place. Raises CommandError when there is none."""
    path = home() / RUN_FILE
    try:
        return functools.reduce(operator.getitem, place, json.loads(path.read_text()))
    except FileNotFoundError as error:
        raise CommandError(
            f"no running system in {home()}",
            hint="start one with `albertplus dev`; one in another folder is found by "
            "ALBERTPLUS_HOME=FOLDER, one elsewhere by --gateway HOST:PORT",
        ) from error
    except (OSError, LookupError, TypeError, ValueError) as error:
        raise CommandError(
            f"{path} does not name its {place[0]}", hint="start `albertplus dev` again"
        ) from error
