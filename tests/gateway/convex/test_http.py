"""The HTTP side of the door."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from gateway.convex.clock import from_wire
from tests.gateway.convex.served import Served

CHANNEL = {"channel": "x"}


@pytest_asyncio.fixture
async def served() -> AsyncIterator[Served]:
    """A running door."""
    async with Served().running() as running:
        yield running


async def post(served: Served, path: str, body: Any, **headers: str) -> Any:
    """The JSON of an answer that went well."""
    response = await served.http.post(path, json=body, headers=headers)
    assert response.status_code == 200, response.text
    return response.json()


async def test_query_mutation_action(served: Served) -> None:
    sent = await post(served, "/api/mutation", {"path": "test:send", "args": CHANNEL | {"body": "one"}})
    assert sent == {"status": "success", "value": 1, "logLines": []}
    assert (await post(served, "/api/query", {"path": "test:count", "args": [CHANNEL]}))["value"] == 1
    acted = await post(served, "/api/action", {"path": "test:act", "args": {"x": "y"}})
    assert acted["value"] == {"acted": "y"}


async def test_two_equal_mutations_are_two(served: Served) -> None:
    for number in (1, 2):
        body = {"path": "test:send", "args": CHANNEL | {"body": "one"}}
        assert (await post(served, "/api/mutation", body))["value"] == number


async def test_the_encoded_format_keeps_types_and_writes_fractions(served: Served) -> None:
    args = {"v": {"$integer": "AQAAAAAAAAA="}, "n": 1}
    body = {"path": "test:echo", "args": args, "format": "convex_encoded_json"}
    text = (await served.http.post("/api/query", json=body)).text
    assert '"value":{"n":1.0,"v":{"$integer":"AQAAAAAAAAA="}}' in text


async def test_the_plain_format_is_the_default(served: Served) -> None:
    args = {"v": {"$integer": "AQAAAAAAAAA="}}
    assert (await post(served, "/api/query", {"path": "test:echo", "args": args}))["value"] == {"v": "1"}


async def test_errors_of_functions_are_no_errors_of_http(served: Served) -> None:
    failed = await post(served, "/api/query", {"path": "test:fail", "args": {"data": {"code": 7}}})
    assert (failed["status"], failed["errorData"]) == ("error", {"code": 7})
    boom = await post(served, "/api/query", {"path": "test:boom", "args": {}})
    assert "errorData" not in boom
    defect = await post(served, "/api/query", {"path": "test:defective", "args": {}})
    assert defect["errorMessage"].endswith("Uncaught Error: internal error")
    unknown = await post(served, "/api/query", {"path": "test:nope", "args": {}})
    assert "Could not find public function" in unknown["errorMessage"]


async def test_get_run_and_batch(served: Served) -> None:
    got = await served.http.get("/api/query", params={"path": "test:count", "args": '{"channel":"x"}'})
    assert got.json()["value"] == 0
    assert (await post(served, "/api/run/test/count", {"args": CHANNEL}))["value"] == 0
    assert (await post(served, "/api/run/test/noop", {"args": {}}))["value"] == "noop"
    queries = [{"path": "test:count", "args": CHANNEL}, {"path": "test:fail", "args": {"data": 1}}]
    results = (await post(served, "/api/query_batch", {"queries": queries}))["results"]
    assert [each["status"] for each in results] == ["success", "error"]


async def test_a_query_keeps_its_first_answer_under_a_timestamp(served: Served) -> None:
    ts = (await post(served, "/api/query_ts", {}))["ts"]
    body = {"path": "test:count", "args": CHANNEL}
    assert (await post(served, "/api/query_at_ts", body | {"ts": ts}))["value"] == 0
    await post(served, "/api/mutation", {"path": "test:send", "args": CHANNEL | {"body": "one"}})
    assert (await post(served, "/api/query_at_ts", body | {"ts": ts}))["value"] == 0
    later = (await post(served, "/api/query_ts", {}))["ts"]
    assert from_wire(later) > from_wire(ts)
    assert (await post(served, "/api/query_at_ts", body | {"ts": later}))["value"] == 1


async def test_the_bearer_is_the_caller(served: Served) -> None:
    body = {"path": "test:private", "args": {}}
    assert (await post(served, "/api/query", body, authorization="Bearer alice"))["value"] == "alice"
    assert (await post(served, "/api/query", body))["status"] == "error"


@pytest.mark.parametrize(
    ("authorization", "status"), [("Bearer rogue", 401), ("Convex key", 401), ("Bearer down", 503)]
)
async def test_a_bad_token_is_refused_before_anything_runs(
    served: Served, authorization: str, status: int
) -> None:
    body = {"path": "test:send", "args": CHANNEL | {"body": "one"}}
    response = await served.http.post("/api/mutation", json=body, headers={"authorization": authorization})
    assert response.status_code == status
    assert response.json().keys() == {"code", "message"}
    assert "x" not in served.rows.rows


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b"{}", 400),
        (b'{"path":5}', 400),
        (b'{"path":"test:noop","format":"xml"}', 400),
        (b'{"path":"test:noop","args":{"x":"' + b"x" * 20_000_000 + b'"}}', 413),
    ],
)
async def test_a_bad_request_is_told_why(served: Served, content: bytes, status: int) -> None:
    response = await served.http.post("/api/mutation", content=content)
    assert response.status_code == status
    assert response.json().keys() == {"code", "message"}


async def test_a_page_of_an_allowed_origin_may_call(served: Served) -> None:
    headers = {
        "origin": "http://localhost:3000",
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type,convex-client,authorization",
    }
    asked = await served.http.options("/api/query", headers=headers)
    assert asked.status_code == 200
    assert asked.headers["access-control-allow-origin"] == "http://localhost:3000"
    assert "convex-client" in asked.headers["access-control-allow-headers"]
    assert asked.headers["access-control-allow-credentials"] == "true"
    answered = await served.http.post(
        "/api/query", json={"path": "test:echo", "args": {}}, headers={"origin": "http://localhost:3000"}
    )
    assert answered.headers["access-control-allow-origin"] == "http://localhost:3000"


async def test_what_may_have_happened_is_no_error_of_the_function(served: Served) -> None:
    response = await served.http.post("/api/mutation", json={"path": "test:lost", "args": {}})
    assert (response.status_code, response.json()["code"]) == (503, "ServiceUnavailable")


@pytest.mark.parametrize("path", ["/version", "/instance_version", "/instance_name", "/"])
async def test_who_is_there(served: Served, path: str) -> None:
    response = await served.http.get(path)
    assert response.status_code == 200
    assert response.text
