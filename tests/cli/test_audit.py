"""`albertplus audit` says what is wrong with a request before it says anything of the log."""

from __future__ import annotations

import pytest

from cli.audit import audit
from cli.errors import CommandError

_HEAD = f"7:{'a' * 64}"


@pytest.mark.parametrize(
    "expect", ["banana", "7", "7:", f":{'a' * 64}", f"0:{'a' * 64}", f"7:{'A' * 64}", "7:9f3c"]
)
def test_what_is_no_entry_is_not_taken_for_a_changed_log(expect: str) -> None:
    with pytest.raises(CommandError, match="is not SEQ:HASH"):
        audit("verify", service="catalog", expect=expect)


def test_an_entry_is_expected_in_one_log() -> None:
    with pytest.raises(CommandError, match="--expect needs --service"):
        audit("verify", expect=_HEAD)
