"""The reference pages are what the code says."""

from __future__ import annotations

import re
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
def test_a_generated_table_has_no_empty_description(fresh: Path, name: str) -> None:
    rows = [line for line in (fresh / name).read_text().splitlines() if line.startswith("| `")]
    about = {"errors.md": 2, "functions.md": 3, "rpcs.md": 3, "settings.md": 2}[name]
    assert [row for row in rows if not re.split(r"(?<!\\)\|", row)[1:-1][about].strip()] == []


@pytest.mark.parametrize("page", PAGES_BY_HAND, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []
