"""A mutation whose outcome nobody knows is asked about until somebody does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from albertplus.catalog.v1 import course_service_pb2
from albertplus.live.v1 import read_set_pb2
from google.rpc import status_pb2

from cli.dev.keys import KeyRing
from gateway import mutations
from gateway.methods import public_methods
from gateway.mutations import Mutation, carry_out
from gateway.upstream import Upstream
from runtime.auth import ANONYMOUS, Signer
from runtime.interceptors import IDEMPOTENCY_KEY
from runtime.reads import WRITES_KEY
from runtime.refusal import TryAgain
from runtime.status import DETAILS_KEY, error_info, status_of

DELETE = "albertplus.catalog.v1.CourseService/DeleteCourse"


class FlakyCatalog:
    """A catalog that does what it is asked and answers as the script says: None is a response."""

    def __init__(self, script: list[status_pb2.Status | grpc.StatusCode | None]) -> None:
        self.script = script
        self.keys: list[str] = []

    async def delete(self, _: bytes, context: grpc.aio.ServicerContext[Any, Any]) -> bytes:
        """One call."""
        self.keys.append(str(dict(context.invocation_metadata() or ())[IDEMPOTENCY_KEY]))
        said = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(said, grpc.StatusCode):
            await context.abort(said, "the connection broke")
        if isinstance(said, status_pb2.Status):
            trailing = ((DETAILS_KEY, said.SerializeToString()),)
            await context.abort(grpc.StatusCode.ABORTED, said.message, trailing)
        writes = read_set_pb2.WriteSet(service="catalog", epoch=1, xid=7, keys=["catalog.courses/*"])
        context.set_trailing_metadata(((WRITES_KEY, writes.SerializeToString()),))
        return course_service_pb2.DeleteCourseResponse().SerializeToString()


@pytest.fixture
def catalog() -> FlakyCatalog:
    return FlakyCatalog([None])


@pytest.fixture
async def upstream(catalog: FlakyCatalog, tmp_path: Path) -> AsyncIterator[Upstream]:
    server = grpc.aio.server()
    service, method = DELETE.split("/")
    handler: grpc.RpcMethodHandler[bytes, bytes]
    handler = grpc.unary_unary_rpc_method_handler(catalog.delete)
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(service, {method: handler}),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    keys = KeyRing(tmp_path)
    keys.ensure()
    made = Upstream({"catalog": [f"127.0.0.1:{port}"]}, Signer.from_file("gateway", keys.private("gateway")))
    yield made
    await made.close()
    await server.stop(None)


MUTATION = Mutation(public_methods().get(DELETE), b"", ANONYMOUS, "session/1")


async def test_the_write_set_comes_with_the_response(upstream: Upstream) -> None:
    answer = await carry_out(MUTATION, upstream)
    assert [(each.service, each.xid) for each in answer.writes] == [("catalog", 7)]


@pytest.mark.parametrize("broken", [grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.UNKNOWN])
async def test_it_is_sent_again_under_the_same_key(
    upstream: Upstream, catalog: FlakyCatalog, broken: grpc.StatusCode
) -> None:
    catalog.script = [broken, broken, None]
    assert (await carry_out(MUTATION, upstream)).error is None
    assert catalog.keys == ["session/1"] * 3


async def test_what_the_service_refused_is_not_sent_again(upstream: Upstream, catalog: FlakyCatalog) -> None:
    catalog.script = [status_of(TryAgain(), "catalog")]
    answer = await carry_out(MUTATION, upstream)
    assert (answer.error and answer.error.code, len(catalog.keys)) == (grpc.StatusCode.ABORTED.value[0], 1)


async def test_an_outcome_that_stays_unknown_is_not_called_a_failure(
    upstream: Upstream, catalog: FlakyCatalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mutations, "PATIENCE", 0.3)
    catalog.script = [grpc.StatusCode.UNAVAILABLE]
    answer = await carry_out(MUTATION, upstream)
    info = error_info(answer.error or status_pb2.Status())
    assert info
    assert (info.reason, info.metadata["idempotency_key"]) == ("OUTCOME_UNKNOWN", "session/1")
