"""How the acceptance functions get into a gateway, and that nobody has them who does not ask."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.extension import NOTHING, load_extension
from gateway.functions.table import FUNCTIONS
from gateway.settings import GatewaySettings
from tests.acceptance.functions import EXTENSION
from tests.acceptance.protos.__main__ import generate
from tools.protos import REPOSITORY


def test_a_default_run_has_none(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    assert (settings.extra_functions, set(settings.upstreams)) == ("", {"catalog", "planner", "identity"})
    assert load_extension("") == NOTHING
    assert not any(function.module == "acceptance" for function in FUNCTIONS)


def test_an_extension_is_found_by_its_place(tmp_path: Path) -> None:
    settings = _settings(
        tmp_path, extra_functions="tests.acceptance.functions:EXTENSION", extra_upstreams="a=x:1, y:2; b=z:3"
    )
    assert load_extension(settings.extra_functions) is EXTENSION
    assert (settings.upstreams["a"], settings.upstreams["b"]) == (("x:1", "y:2"), ("z:3",))


@pytest.mark.parametrize("place", ["tests.acceptance.functions", "tests.acceptance.functions:MODULE"])
def test_anything_else_is_refused(place: str) -> None:
    with pytest.raises(ValueError, match="extension"):
        load_extension(place)


def test_the_generated_code_is_what_the_proto_says(tmp_path: Path) -> None:
    generate(tmp_path)
    made = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file())
    assert len(made) == 4
    for path in made:
        assert (tmp_path / path).read_text() == (REPOSITORY / path).read_text()


def _settings(folder: Path, **more: str) -> GatewaySettings:
    values = {f"{service}_address": "x:1" for service in ("catalog", "planner", "identity")}
    keys = {"signing_key_file": folder, "trusted_keys_file": folder}
    return GatewaySettings(issuers="http://127.0.0.1:1", **values, **keys, **more)  # type: ignore[arg-type]
