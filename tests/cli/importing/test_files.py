"""Rows out of files: every form that is allowed, and every damage named with its place."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.importing.arrays import array_rows
from cli.importing.files import MAX_ROW_BYTES, read_rows
from cli.importing.problems import FileProblem, Malformed

ROWS = [{"code": "A 1"}, {"code": "Ä 2", "text": 'quote " brace } comma ,'}, {"nested": [{"a": [1, 2]}]}]


def contents(path: Path) -> list[object]:
    return [row for _, row in read_rows(path)]


@pytest.mark.parametrize("indent", [None, 2])
def test_an_array_and_json_lines_hold_the_same_rows(tmp_path: Path, indent: int | None) -> None:
    (tmp_path / "a.json").write_text(json.dumps(ROWS, indent=indent))
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, ROWS)))
    assert contents(tmp_path / "a.json") == contents(tmp_path / "a.jsonl") == ROWS


def test_gzip_is_told_by_its_content_and_not_by_the_name(tmp_path: Path) -> None:
    (tmp_path / "zipped.jsonl").write_bytes(gzip.compress(b'{"a": 1}\n'))
    (tmp_path / "plain.jsonl.gz").write_bytes(b'{"a": 1}\n')
    assert contents(tmp_path / "zipped.jsonl") == contents(tmp_path / "plain.jsonl.gz") == [{"a": 1}]


def test_a_byte_order_mark_blank_lines_and_crlf_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b'\xef\xbb\xbf\r\n{"a": 1}\r\n\r\n{"a": 2}')
    assert list(read_rows(tmp_path / "a.jsonl")) == [(2, {"a": 1}), (4, {"a": 2})]


def test_elements_of_an_array_know_their_lines(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('[\n  {"a": 1},\n  {\n    "a": 2\n  }, {"a": 3}\n]\n')
    assert [line for line, _ in read_rows(tmp_path / "a.json")] == [2, 3, 5]


def test_a_broken_line_is_one_bad_row_and_the_others_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b'{"a": 1}\n{"a": \n{"a": 3}\n[1]\n{"a": "\xff"}\n')
    found = dict(read_rows(tmp_path / "a.jsonl"))
    assert found[1] == {"a": 1}
    assert found[3] == {"a": 3}
    assert "is not valid JSON" in rule(found[2])
    assert rule(found[4]) == "must be an object, not a list"
    assert "is not valid JSON" in rule(found[5])


def test_a_line_of_10_mb_is_refused_without_holding_it(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b'{"a": "' + b"x" * 10_000_000 + b'"}\n{"a": 2}\n')
    assert [(line, rule(row)) for line, row in read_rows(tmp_path / "a.jsonl")] == [
        (1, f"is longer than {MAX_ROW_BYTES:,} bytes"),
        (2, ""),
    ]


@pytest.mark.parametrize(
    ("content", "rule", "line"),
    [
        (b"", "is empty", None),
        (b" \n\n", "is empty", None),
        (b'[{"a": 1},\n{"a" 2}]', "is not valid JSON: Expecting ':' delimiter", 2),
        (b'[{"a": 1},\n{"a": 2}', "the array is cut off: its closing ] is missing", 2),
        (b'[{"a": 1}\n{"a": 2}]', "is not valid JSON: , or ] expected, found '{'", 2),
        (b'[{"a": 1}]\n{"a": 2}', "has something behind the end of its array", 2),
        (b'[{"a": NaN}]', "is not valid JSON: NaN is not JSON", 1),
        (b'[{"a": "\xff"}]', "is not UTF-8 text: invalid start byte", 1),
        ('[{"a": 1}]'.encode("utf-16"), "is UTF-16 text; save it as UTF-8", None),
        (b"[" + b'{"a": "' + b"x" * 10_000_000 + b'"}]', "has a broken row, or one of more than", 1),
        (b"[" * 100_000, "is not valid JSON: maximum recursion depth", 1),
    ],
)
def test_a_file_that_can_not_be_used_says_why_and_where(
    tmp_path: Path, content: bytes, rule: str, line: int | None
) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(content)
    with pytest.raises(FileProblem) as problem:
        contents(path)
    assert problem.value.rule.startswith(rule)
    assert problem.value.line == line


@pytest.mark.parametrize("cut", [1, 9, 200])
def test_a_gzip_file_that_is_cut_off_is_refused_as_a_whole(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(b"".join(b'{"a": %d}\n' % n for n in range(1000)))[:-cut])
    with pytest.raises(FileProblem, match="damaged gzip"):
        contents(path)


def test_a_gzip_file_with_a_flipped_byte_is_refused_as_a_whole(tmp_path: Path) -> None:
    content = bytearray(gzip.compress(b"".join(b'{"a": %d}\n' % n for n in range(1000))))
    content[len(content) // 2] ^= 0xFF
    (tmp_path / "a.jsonl.gz").write_bytes(content)
    with pytest.raises(FileProblem, match="damaged gzip"):
        contents(tmp_path / "a.jsonl.gz")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match=r"nothing\.json: does not exist"):
        contents(tmp_path / "nothing.json")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)
json_rows = st.lists(st.dictionaries(st.text(), json_values, max_size=4), max_size=8)


@given(json_rows, st.integers(0, 3), st.booleans())
def test_any_array_is_read_as_json_reads_it(
    tmp_path_factory: pytest.TempPathFactory, rows: list[object], indent: int, ascii_only: bool
) -> None:
    path = tmp_path_factory.mktemp("array") / "a.json"
    path.write_text(
        json.dumps(rows, indent=indent or None, ensure_ascii=ascii_only), "utf-8", "surrogatepass"
    )
    with path.open("rb") as stream:
        assert [row for _, row in array_rows(stream, path, MAX_ROW_BYTES)] == rows


def rule(row: object) -> str:
    return row.rule if isinstance(row, Malformed) else ""
