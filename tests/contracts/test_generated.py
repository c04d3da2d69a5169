"""The committed generated code is what the protos say."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.protos import GENERATED, REPOSITORY, ToolError, extract, generate, main


def contents(folder: Path) -> dict[str, bytes]:
    """Every generated file below `folder` by name."""
    kinds = (".py", ".pyi", ".typed")
    paths = (path for path in folder.rglob("*") if path.suffix in kinds and "__pycache__" not in path.parts)
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def test_generated_code_is_fresh(tmp_path: Path) -> None:
    generate(tmp_path)
    fresh, committed = contents(tmp_path), contents(GENERATED)
    assert sorted(fresh) == sorted(committed)
    stale = [name for name, text in fresh.items() if committed[name] != text]
    assert stale == [], "run `make gen`"


def test_protos_do_not_break_clients_of_the_last_commit(capsys: pytest.CaptureFixture[str]) -> None:
    if not (REPOSITORY / ".git").exists():
        pytest.skip("not a git repository, so there is no last commit to compare with")
    assert main(["breaking"]) == 0, capsys.readouterr().err


def test_comparing_with_an_unknown_commit_says_so(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="no-such-commit"):
        extract("no-such-commit", tmp_path)
