"""What `albertplus dev` shows: one screen that says what runs where and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from cli.dev.ports import LOOPBACK
from cli.dev.settings import issuer_url
from cli.target import DEFAULT_HOME, home

if TYPE_CHECKING:
    from cli.dev.system import System


def show(console: Console, system: System, seconds: float) -> None:
    """Print the screen of a system that became ready after `seconds`."""
    body = Group(_places(system), Text(), _next_steps(system))
    title = f"[bold green]AlbertPlus is ready[/] [dim]after {seconds:.1f} s[/]"
    console.print(Panel(body, title=title, title_align="left", expand=False, padding=(1, 2)))
    console.print("[dim]Ctrl-C stops everything.[/]", highlight=False)


def _places(system: System) -> Table:
    layout = system.layout
    table = Table.grid(padding=(0, 3))
    table.add_column(style="bold")
    table.add_column(style="cyan", no_wrap=True)
    table.add_column(style="dim")
    for gateway in layout.gateways:
        table.add_row("gateway", f"http://{LOOPBACK}:{gateway.http}", "HTTP: /healthz, /readyz")
        table.add_row("", f"{LOOPBACK}:{gateway.grpc}", "gRPC: every service, and live queries")
    for service in layout.services:
        table.add_row(service, ", ".join(system.layout.addresses(service)), "gRPC, for the other services")
    table.add_row("sign-in", issuer_url(system), "local issuer of tokens")
    table.add_row("PostgreSQL", f"{LOOPBACK}:{system.postgres.port}", "a database per service")
    table.add_row("NATS", f"{LOOPBACK}:{system.nats.port}", "JetStream")
    table.add_row("home", str(system.home.path), "data, keys, logs/*.log")
    return table


def _next_steps(system: System) -> Table:
    table = Table.grid(padding=(0, 3))
    table.add_column(style="cyan")
    table.add_column(style="dim")
    table.add_row(Text("In another terminal:", style="bold"), "")
    if system.home.path != (home().parent / DEFAULT_HOME).absolute():
        table.add_row(f"export ALBERTPLUS_HOME={system.home.path}", "so that commands find this system")
    run = _albertplus()
    table.add_row(f"{run} call CourseService/ListCourses '{{\"page_size\": 3}}' --user alice", "ask")
    table.add_row(f"{run} watch ScheduleService/GetSchedule --user alice", "follow a query live")
    table.add_row(f"{run} token --user alice", "a token to sign in with (--admin: as administrator)")
    table.add_row(f"{run} import DIR", "load real data")
    return table


def _albertplus() -> str:
    """How to call this program from the shell: its name if the shell finds it, else its path."""
    import shutil
    import sysconfig
    from pathlib import Path

    if shutil.which("albertplus"):
        return "albertplus"
    script = Path(sysconfig.get_path("scripts")) / "albertplus"
    return str(script.relative_to(Path.cwd())) if script.is_relative_to(Path.cwd()) else str(script)
