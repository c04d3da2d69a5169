"""Types from the function table to the page: correct uses compile, wrong ones don't."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.sdk.package import PACKAGE
from tests.support.nodejs import installed, needs_node, run

WRONG = "tests/types/wrong.ts"
_ERROR = re.compile(r"^(\S+)\((\d+),\d+\): error (TS\d+)", re.MULTILINE)
_EXPECTED = re.compile(r"// @ts-expect-error (TS\d+): ")

pytestmark = [needs_node, pytest.mark.timeout(400)]


async def compile_in(folder: Path) -> tuple[int, str]:
    """The exit code and the words of the TypeScript compiler."""
    return await run(folder, "node_modules/typescript/bin/tsc", "--noEmit", "--pretty", "false")


async def test_correct_uses_and_the_example_app_compile_and_each_wrong_use_fails() -> None:
    installed(PACKAGE)
    assert await compile_in(PACKAGE) == (0, "")


async def test_each_wrong_use_fails_for_the_reason_it_should(tmp_path: Path) -> None:
    """The wrong uses without the marks that expect their errors."""
    (tmp_path / "node_modules").symlink_to(installed(PACKAGE))
    shutil.copyfile(PACKAGE / "tsconfig.json", tmp_path / "tsconfig.json")
    shutil.copytree(PACKAGE / "convex", tmp_path / "convex")
    lines = (PACKAGE / WRONG).read_text().splitlines()
    (tmp_path / WRONG).parent.mkdir(parents=True)
    (tmp_path / WRONG).write_text("\n".join(line.replace("@ts-expect-error", "") for line in lines))

    _, said = await compile_in(tmp_path)

    expected = {
        (WRONG, str(at + 2), found[1]) for at, line in enumerate(lines) if (found := _EXPECTED.search(line))
    }
    assert set(_ERROR.findall(said)) == expected, said
    assert len(expected) >= 15
