"""Types from the function table to the page: correct uses compile, wrong ones don't."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.acceptance.nodejs import modules
from tests.sdk.package import PACKAGE, needs_node
from tests.support.nodejs import installed, run

WRONG = "tests/types/wrong.ts"
_ERROR = re.compile(r"^(\S+)\((\d+),\d+\): error (TS\d+)", re.MULTILINE)
_EXPECTED = re.compile(r"// @ts-expect-error (TS\d+): ")

pytestmark = [needs_node, pytest.mark.timeout(400)]


async def compile_in(folder: Path, *options: str) -> tuple[int, str]:
    """The exit code and the words of the TypeScript compiler."""
    return await run(folder, "node_modules/typescript/bin/tsc", "--noEmit", "--pretty", "false", *options)


async def test_correct_uses_and_the_example_app_compile_and_each_wrong_use_fails() -> None:
    installed(PACKAGE)
    assert await compile_in(PACKAGE) == (0, "")


async def test_they_do_with_the_oldest_client_that_is_supported_too(tmp_path: Path) -> None:
    (tmp_path / "node_modules").mkdir()
    for module in installed(PACKAGE).iterdir():
        if module.name not in ("convex", ".bin"):
            (tmp_path / "node_modules" / module.name).symlink_to(module)
    (tmp_path / "node_modules" / "convex").symlink_to(modules("pinned") / "convex")
    for folder in ("convex", "example", "tests"):
        shutil.copytree(PACKAGE / folder, tmp_path / folder)
    shutil.copyfile(PACKAGE / "tsconfig.json", tmp_path / "tsconfig.json")
    assert await compile_in(tmp_path, "--preserveSymlinks") == (0, "")


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
