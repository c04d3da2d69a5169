"""The reference pages are what the code says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts.schema import services
from tools.reference import FOLDER, PAGES, write

ROOT = FOLDER.parents[1]
PAGES_BY_HAND = [
    ROOT / "README.md",
    ROOT / "ARCHITECTURE.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]


DESCRIPTIONS = {"does", "means", "what", "when"}
"""The heads of columns that hold a sentence."""


def rows(text: str) -> Iterator[tuple[list[str], list[str]]]:
    """Every row of every table, with the heads of its columns."""
    heads: list[str] | None = None
    for line in re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE).splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if cells and heads is not None and not cells[0].startswith("---"):
            yield heads, cells
        heads = (heads or cells) if cells else None


def filled(heads: list[str], cells: list[str]) -> set[str]:
    """The heads of the cells that are not empty."""
    return {head for head, cell in zip(heads, cells, strict=True) if cell}


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages as they would be generated now."""
    folder = tmp_path_factory.mktemp("reference")
    write(folder)
    return folder


@pytest.mark.parametrize("name", PAGES)
def test_a_reference_page_is_fresh(fresh: Path, name: str) -> None:
    assert (FOLDER / name).read_text() == (fresh / name).read_text(), "run `make gen`"


def test_every_rpc_has_a_line(fresh: Path) -> None:
    text = (fresh / "rpcs.md").read_text()
    missing = [
        each.name for service in services() for each in service.methods if f"| `{each.name}` |" not in text
    ]
    assert missing == []


@pytest.mark.parametrize("name", PAGES)
def test_everything_is_described(fresh: Path, name: str) -> None:
    assert [
        row for head, row in rows((fresh / name).read_text()) if DESCRIPTIONS.isdisjoint(filled(head, row))
    ] == []


@pytest.mark.parametrize("page", PAGES_BY_HAND, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []
