"""What `albertplus dev` shows: one screen that says what runs where and what to do next."""

from __future__ import annotations

import shutil
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cli.dev.ports import LOOPBACK
from cli.dev.settings import issuer_url
from cli.target import DEFAULT_HOME

if TYPE_CHECKING:
    from cli.dev.system import System


def show(console: Console, system: System, seconds: float) -> None:
    """Print the screen of a system that became ready after `seconds`; commands are whole lines, to copy."""
    console.print(f"\n[bold green]AlbertPlus is ready[/] [dim]after {seconds:.1f} s[/]\n")
    console.print(Padding(_places(system), (0, 2)))
    console.print("\n[bold]In another terminal[/]")
    for command, what in _next_steps(system):
        console.print(f"  [dim]# {what}[/]")
        console.print(Text(f"  {command}", style="cyan"), soft_wrap=True)
    console.print("\n[dim]Ctrl-C stops everything.[/]\n")


def _places(system: System) -> Table:
    layout = system.layout
    table = Table.grid(padding=(0, 3))
    table.add_column(style="bold")
    table.add_column(style="cyan", no_wrap=True)
    table.add_column(style="dim")
    for gateway in layout.gateways:
        table.add_row(
            "gateway", f"http://{LOOPBACK}:{gateway.http}", "HTTP; a web client's NEXT_PUBLIC_CONVEX_URL"
        )
        if gateway.site:
            table.add_row("", f"http://{LOOPBACK}:{gateway.site}", "the scraper's CONVEX_SITE_URL")
        table.add_row("", f"{LOOPBACK}:{gateway.grpc}", "gRPC, with live queries")
    for service in layout.services:
        table.add_row(service, ", ".join(system.layout.addresses(service)), "gRPC, behind the gateway")
    table.add_row("sign-in", issuer_url(system), "local issuer of tokens")
    table.add_row("PostgreSQL", f"{LOOPBACK}:{system.postgres.port}", "a database per service")
    table.add_row("NATS", f"{LOOPBACK}:{system.nats.port}", "JetStream")
    table.add_row("home", str(system.home.path), "data, keys, logs/*.log")
    return table


def _next_steps(system: System) -> Iterator[tuple[str, str]]:
    if system.home.path != Path(DEFAULT_HOME).absolute():
        yield f"export ALBERTPLUS_HOME={system.home.path}", "so that the commands below find this system"
    run = _albertplus()
    yield f"{run} call CourseService/ListCourses '{{\"page_size\": 3}}' --user alice", "ask"
    yield f"{run} watch ScheduleService/GetSchedule --user alice", "follow a query live"
    yield f"{run} token --user alice", "a token to sign in with (--admin: an administrator's)"
    yield f"{run} import DIR", "load courses and sections of your own"


def _albertplus() -> str:
    """How to call this program from the shell: its name if the shell finds it, else its path."""
    script = Path(sysconfig.get_path("scripts")) / "albertplus"
    if shutil.which("albertplus") == str(script):
        return "albertplus"
    return str(script.relative_to(Path.cwd())) if script.is_relative_to(Path.cwd()) else str(script)
