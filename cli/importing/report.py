"""The summary as a person reads it."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.importing.kinds import Kind
from cli.importing.summary import Missing, Reason, Removal, Summary, Tally

_ALWAYS = ("read", "created", "changed", "unchanged", "refused")
_SOMETIMES = ("joined", "repeated", "superseded")


def show(summary: Summary, console: Console) -> None:
    """Prints the table, then a line for everything else worth knowing."""
    console.print(_headline(summary))
    console.print(_table(summary))
    for line in _explanations(summary):
        console.print(line, soft_wrap=True)
    if summary.refused:
        console.print(f"\n[bold red]{summary.refused:,} refused[/]")
        for reason in sorted(summary.reasons.values(), key=lambda each: -each.count):
            console.print(_reason(reason), soft_wrap=True)


def _headline(summary: Summary) -> str:
    rate = f"{summary.rows / summary.seconds:,.0f} rows/s" if summary.seconds else "at once"
    some = f"{summary.rows - summary.refused:,} of " if summary.refused and not summary.held_back else ""
    rows = "row" if summary.rows == 1 else "rows"
    done = f"{some}{summary.rows:,} {rows} in {summary.seconds:.1f} s ({rate})"
    if summary.held_back:
        return f"[bold yellow]Nothing was written[/]: --strict, and some rows are refused. Checked {done}"
    return (
        f"[bold]Dry run[/], nothing was written: {done}" if summary.dry_run else f"[bold]Imported[/] {done}"
    )


def _table(summary: Summary) -> Table:
    columns = [*_ALWAYS, *(name for name in _SOMETIMES if any(getattr(t, name) for t in _tallies(summary)))]
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("")
    for name in columns:
        table.add_column("rows" if name == "read" else name, justify="right")
    for kind, tally in summary.by_kind():
        table.add_row(kind.value, *(_cell(name, getattr(tally, name)) for name in columns))
    return table


def _cell(name: str, count: int) -> str:
    if not count:
        return "[dim]–[/]"
    return f"[bold red]{count:,}[/]" if name == "refused" else f"{count:,}"


def _explanations(summary: Summary) -> Iterator[str]:
    total = {name: sum(getattr(tally, name) for tally in _tallies(summary)) for name in _SOMETIMES}
    if summary.joined_example:
        yield (
            "joined: rows that differ in their meetings only are one section "
            f"(as in {escape(summary.joined_example)})"
        )
    if any(kind in summary.kinds for kind in (Kind.PREREQUISITES, Kind.REQUIREMENTS)):
        yield "joined: prerequisites are part of their course, requirements of their program"
    if total["repeated"]:
        yield "repeated: the same row once more; it counts once"
    if total["superseded"]:
        yield f"superseded: a later row has the same key ({escape('; '.join(summary.superseded_examples))})"
    if tidied := sum(tally.tidied for tally in _tallies(summary)):
        rows = "row" if tidied == 1 else "rows"
        yield f"{tidied:,} {rows} with stray spaces (no-break, doubled, at an end) in a code or name; tidied"
    if summary.missing:
        yield _missing(summary.missing)
    for removal in summary.removals:
        yield _removal(removal, summary.dry_run or summary.held_back)
    for line in summary.left_out:
        yield f"left out: {escape(line)}"


def _removal(removal: Removal, only_planned: bool) -> str:
    where = f"{removal.term}, {escape(removal.school)}"
    if not removal.missing:
        return f"no section of {where} is missing from the files: nothing to remove"
    if only_planned:
        return f"{removal.missing:,} of {removal.stored:,} sections of {where} would be removed"
    return f"{removal.removed:,} of {removal.stored:,} sections of {where} were removed: no row names them"


def _reason(reason: Reason) -> str:
    where = f"[cyan]{escape(reason.where)}[/] " if reason.where else ""
    others = reason.count - len(reason.examples)
    rows = escape("; ".join(reason.examples)) + (f", and {others:,} more" if others else "")
    return f"  {reason.kind.value}: {where}{escape(reason.rule)}\n    [dim]{reason.count:,} × {rows}[/]"


def _missing(missing: Missing) -> str:
    codes = escape(", ".join(missing.examples)) + (", …" if missing.codes > len(missing.examples) else "")
    return f"{missing.rows:,} sections name {missing.codes:,} courses that the catalog lacks ({codes}); kept"


def _tallies(summary: Summary) -> list[Tally]:
    return list(summary.kinds.values())
