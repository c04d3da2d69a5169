"""What a resume token stands for."""

from __future__ import annotations

import pytest

from gateway import resume


@pytest.mark.parametrize("token", ["", "nonsense", "AQ==", "é" * 30, resume.token(b"x" * 16)[:-4]])
def test_a_mangled_token_stands_for_nothing(token: str) -> None:
    assert resume.seen_digest(token) is None


def test_a_response_and_an_error_of_the_same_bytes_differ() -> None:
    assert resume.digest(b"x", ok=True) != resume.digest(b"x", ok=False)
