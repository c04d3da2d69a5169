"""`albertplus codegen`: the same functions give the same files, and the committed ones are those."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cli.codegen.command import codegen
from cli.codegen.files import api_types, generated
from cli.errors import CommandError
from gateway.functions.context import Context
from gateway.functions.function import Access, Function, Kind
from gateway.functions.schema import COURSE, PAGINATION, STUDENT, paginated
from gateway.functions.table import FUNCTIONS
from gateway.functions.validators import NULL, NUMBER, STRING, Array, Object, Record, Validator, nullable
from tests.sdk.package import GENERATED

NOTHING = Object({})


def written(function: Function) -> str:
    """One function's part of `api.d.ts`, on one line."""
    return " ".join(api_types([function]).split())


def example(
    returns: Validator = NULL, args: Validator = NOTHING, doc: str = "", name: str = "things:get"
) -> Function:
    """A query."""

    async def run(_context: Context, _args: dict[str, Any]) -> None:
        raise AssertionError("never run")

    return Function(name, Kind.QUERY, Access.ADMIN, args, returns, run, doc)


@pytest.mark.parametrize("name", ["api.d.ts", "api.js", "dataModel.d.ts"])
def test_the_committed_files_are_fresh(name: str) -> None:
    assert (GENERATED / name).read_text() == generated(FUNCTIONS)[name], "run `albertplus codegen`"


def test_the_order_of_the_functions_does_not_matter() -> None:
    assert generated(reversed(list(FUNCTIONS))) == generated(FUNCTIONS)


def test_documents_are_written_by_their_tables_name() -> None:
    assert 'null, Doc<"courses"> >' not in written(example(COURSE))
    assert 'Doc<"courses">' in written(example(COURSE))
    joined = COURSE.extended({"seats": NUMBER})
    assert 'Array<Doc<"courses"> & { seats: number }>' in written(example(Array(joined)))
    assert 'Omit<Doc<"students">, "programs" | "school"> &' in written(example(nullable(STUDENT)))


def test_pages_have_the_clients_own_types() -> None:
    paged = written(example(paginated(STRING), Object({"paginationOpts": PAGINATION})))
    assert "{ paginationOpts: PaginationOptions }, PaginationResult<string>" in paged
    assert (
        'import type { FunctionReference, PaginationOptions, PaginationResult } from "convex/server"' in paged
    )


def test_names_that_are_no_identifiers_are_quoted() -> None:
    args = Object({"a-b": Record(NUMBER)}, {"c": STRING})
    assert '{ "a-b": Record<string, number>; c?: string }' in written(example(args=args))


def test_modules_in_folders_are_nested() -> None:
    assert "folder: { things: { " in written(example(name="folder/things:get"))


def test_comments_say_what_a_function_does_and_who_may_call_it() -> None:
    text = written(example(doc="Ends */ here."))
    assert "/** * Ends *\\/ here. * * For administrators. */" in text


def test_lines_stay_readable() -> None:
    assert max(len(line) for text in generated(FUNCTIONS).values() for line in text.splitlines()) <= 110


def test_it_writes_three_files_and_leaves_right_ones_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    codegen(tmp_path / "new" / "_generated")
    assert {file.name for file in (tmp_path / "new" / "_generated").iterdir()} == generated(FUNCTIONS).keys()
    assert "wrote api.d.ts, api.js, dataModel.d.ts" in capsys.readouterr().err
    codegen(tmp_path / "new" / "_generated")
    assert "already up to date" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CommandError, match="cannot write"):
        codegen(tmp_path / "file" / "_generated")
