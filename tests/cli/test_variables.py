"""Settings in the environment: a misspelt, missing or wrong one is named, with what to do about it."""

from __future__ import annotations

import os

import pytest

from cli.errors import CommandError
from cli.run import run
from cli.variables import COMMAND_LINE, refuse_unknown
from tools.reference.command_line import variables


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("ALBERTPLUS_"):
            monkeypatch.delenv(name)


def refusal() -> CommandError:
    """How `albertplus run catalog` refuses."""
    with pytest.raises(CommandError) as refused:
        run("catalog")
    return refused.value


def test_a_misspelt_setting_is_named_with_the_one_that_was_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALBERTPLUS_PROT", "1")
    assert refusal().details == "ALBERTPLUS_PROT: there is no such setting; did you mean ALBERTPLUS_PORT?"


@pytest.mark.parametrize(
    "name", ["ALBERTPLUS_PORT", "ALBERTPLUS_DATABASE_URL", "ALBERTPLUS_EXTRA_UPSTREAMS", "ALBERTPLUS_ISSUERS"]
)
def test_what_any_process_reads_is_known(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "1")
    refuse_unknown()


def test_what_any_command_reads_is_known() -> None:
    assert {name for name, *_ in variables()} == COMMAND_LINE


def test_what_kubernetes_sets_for_our_services_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SERVICE_HOST", "SERVICE_PORT", "PORT", "PORT_3210_TCP_ADDR"):
        monkeypatch.setenv(f"ALBERTPLUS_GATEWAY_{name}", "10.0.0.1")
    refuse_unknown()


def test_a_missing_setting_says_what_it_is_for_and_where_all_of_them_are() -> None:
    error = refusal()
    assert "ALBERTPLUS_DATABASE_URL: required. The service's own database." in error.details
    assert "docs/reference/settings.md" in error.hint


def test_a_wrong_setting_says_what_it_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALBERTPLUS_LOG_LEVEL", "loud")
    assert "ALBERTPLUS_LOG_LEVEL: Input should be 'debug'" in refusal().details
