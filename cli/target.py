"""Where the local system is, and which gateway a command talks to."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from cli.errors import CommandError

RUN_FILE = "run.json"
DEFAULT_HOME = ".albertplus"

Gateway = Annotated[
    str,
    typer.Option(
        "--gateway",
        metavar="HOST:PORT",
        envvar="ALBERTPLUS_GATEWAY",
        help="The gateway's gRPC address; by default that of the running `albertplus dev`.",
    ),
]


def home() -> Path:
    """The folder of the local system: ALBERTPLUS_HOME, or `.albertplus` here."""
    return Path(os.environ.get("ALBERTPLUS_HOME", DEFAULT_HOME))


def gateway_address(given: str) -> str:
    """The gateway named by the option, else the running one. Raises CommandError if there is none."""
    if given:
        return given
    path = home() / RUN_FILE
    try:
        address: str = json.loads(path.read_text())["gateway"]["grpc"]
    except FileNotFoundError as error:
        raise CommandError(
            f"no running system in {home()}",
            hint="start one with `albertplus dev`, or name a gateway with `--gateway HOST:PORT`",
        ) from error
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise CommandError(f"{path} does not name a gateway", hint="start `albertplus dev` again") from error
    return address
