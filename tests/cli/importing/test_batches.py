"""Batches on their way: their size, sending them again, and being refused as a whole."""

from __future__ import annotations

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration
from google.rpc import error_details_pb2

from cli.errors import CommandError
from cli.importing import calls, sending
from cli.importing.command import clear_errors
from tests.cli.importing.conftest import Import, Write
from tests.cli.importing.fake import FakeCatalog, Refusal
from tests.cli.importing.rows import course


def test_batches_have_at_most_a_thousand_rows_and_a_megabyte(
    load: Import, write: Write, catalog: FakeCatalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    big = "x" * 19_000
    rows = [course(code=f"A {n}", description=big if n < 60 else "") for n in range(1200)]
    assert load(write("courses.jsonl", *rows)).tally("courses") == {"read": 1200, "created": 1200}
    requests = catalog.requests("BatchUpsertCourses")
    assert sum(len(request.courses) for request in requests) == 1200
    assert all(request.ByteSize() < sending.MOST_BYTES * 1.05 for request in requests)
    assert all(len(request.courses) <= 1000 for request in requests)
    assert len(set(catalog.keys)) == len(requests) == 3


def test_a_batch_is_sent_again_with_its_key_when_that_may_help(
    load: Import, write: Write, catalog: FakeCatalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "FIRST_DELAY", 0.001)
    retry = error_details_pb2.RetryInfo(retry_delay=Duration(nanos=1000))
    catalog.refusals = [
        Refusal(grpc.StatusCode.UNAVAILABLE, "restarting"),
        Refusal(grpc.StatusCode.RESOURCE_EXHAUSTED, "busy", retry),
    ]
    assert load(write("courses.jsonl", course())).tally("courses") == {"read": 1, "created": 1}
    assert len(catalog.keys) == 3
    assert len(set(catalog.keys)) == 1


def test_without_permission_it_stops_at_once(load: Import, write: Write, catalog: FakeCatalog) -> None:
    catalog.refusals = [Refusal(grpc.StatusCode.PERMISSION_DENIED, "not for you")]
    result = load(write("courses.jsonl", course()))
    assert result.code == 2
    assert "PERMISSION_DENIED: not for you" in result.error
    assert "needs an administrator's token" in result.error
    assert len(catalog.calls) == 1


def test_ctrl_c_says_that_nothing_is_lost() -> None:
    with pytest.raises(CommandError) as stopped, clear_errors():
        raise KeyboardInterrupt
    assert (stopped.value.message, stopped.value.exit_code) == ("stopped", 130)
    assert "importing again is safe" in stopped.value.hint


def test_without_a_gateway_it_says_so(
    load: Import, write: Write, catalog: FakeCatalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "ATTEMPTS", 2)
    catalog.address = "127.0.0.1:1"
    result = load(write("courses.jsonl", course()))
    assert result.code == 2
    assert "UNAVAILABLE" in result.error
    assert "is it running?" in result.error


def test_settings_are_refused_together(load: Import, write: Write, catalog: FakeCatalog) -> None:
    broken = error_details_pb2.BadRequest()
    broken.field_violations.add(field="app_configs[1].key", description="must start with a letter")
    catalog.refusals = [Refusal(grpc.StatusCode.INVALID_ARGUMENT, "invalid", broken)]
    rows = [{"key": "a", "value": "1"}, {"key": "1", "value": "1"}]
    result = load(write("appConfigs.jsonl", *rows))
    assert result.tally("appConfigs") == {"read": 2, "refused": 2}
    assert result.reasons == [
        ("", "is stored together with others, and one of them is refused", ["appConfigs.jsonl:1"]),
        ("key", "must start with a letter", ["appConfigs.jsonl:2"]),
    ]
