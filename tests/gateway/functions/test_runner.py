"""What comes of a run: values, refusals, trouble, log lines."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cli.dev.ports import free_port
from gateway import mutations
from gateway.functions.context import MAX_LOG_LINE, MAX_LOG_LINES, Context
from gateway.functions.errors import ConvexError, FunctionError
from gateway.functions.function import Access, Function, Kind
from gateway.functions.runner import Failure, Outcome, run_function
from gateway.functions.table import FUNCTIONS
from gateway.functions.validators import ANY, STRING, Object
from gateway.methods import public_methods
from gateway.upstream import Upstream
from runtime.auth import Signer
from tests.gateway.functions.world import function, user


@pytest.fixture
async def context(tmp_path: Path) -> AsyncIterator[Context]:
    """A run that no service answers."""
    nowhere = (f"127.0.0.1:{free_port()}",)
    addresses = dict.fromkeys(("catalog", "planner", "identity"), nowhere)
    upstream = Upstream(addresses, Signer("gateway", Ed25519PrivateKey.generate()))
    yield Context(upstream, public_methods(), identity=user("alice"))
    await upstream.close()


async def run(context: Context, body: Any, args: Any = None, **changes: Any) -> Outcome:
    """What comes of a body."""
    made = Function(
        name="test:body",
        kind=Kind.QUERY,
        access=Access.SIGNED_IN,
        args=Object({}, {"name": STRING}),
        returns=ANY,
        run=body,
        doc="For a test.",
    )
    return await run_function(replace(made, **changes), args or {}, context)


async def test_a_value_is_encoded_once_and_in_order(context: Context) -> None:
    async def body(_: Context, args: Any) -> Any:
        return {"b": args["name"], "a": 1.0}

    outcome = await run(context, body, {"name": "x"})
    assert (outcome.value, outcome.error) == (b'{"a":1.0,"b":"x"}', None)
    assert outcome.reads is not None
    assert not outcome.reads.reads


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (FunctionError("no"), Failure("Uncaught Error: no")),
        (ConvexError("no"), Failure("Uncaught ConvexError: no", b'"no"')),
        (ConvexError(None), Failure("Uncaught ConvexError: null", b"null")),
        (
            ConvexError({"type": "T", "n": [1.0]}),
            Failure('Uncaught ConvexError: {"n":[1.0],"type":"T"}', b'{"n":[1.0],"type":"T"}'),
        ),
    ],
)
async def test_what_a_function_refuses_is_told(context: Context, error: Exception, failure: Failure) -> None:
    async def body(context: Context, _: Any) -> Any:
        context.log("about to", 5.0, {"a": "b"})
        raise error

    outcome = await run(context, body)
    assert (outcome.value, outcome.error) == (None, failure)
    assert outcome.log_lines == ('[LOG] "about to" 5.0 {a: "b"}',)
    assert outcome.journal is None


async def test_a_result_that_is_no_value_is_a_defect(context: Context) -> None:
    async def body(_: Context, __: Any) -> Any:
        return {"żółw": 1.0}

    outcome = await run(context, body)
    assert outcome.error is not None
    assert "invalid characters" in outcome.error.text


async def test_arguments_are_checked_before_anything_runs(context: Context) -> None:
    async def body(_: Context, __: Any) -> Any:
        raise AssertionError

    outcome = await run(context, body, {"name": 1.0})
    assert outcome.error is not None
    assert outcome.error.text.startswith(
        "ArgumentValidationError: Value does not match validator.\nPath: .name"
    )


async def test_access_is_checked_before_arguments(context: Context) -> None:
    async def body(_: Context, __: Any) -> Any:
        raise AssertionError

    outcome = await run(context, body, {"name": 1.0}, access=Access.ADMIN)
    assert outcome.error == Failure("Uncaught Error: Unauthorized: Admin access required")


async def test_there_is_an_end_to_logging(context: Context) -> None:
    async def body(context: Context, _: Any) -> Any:
        for _ in range(MAX_LOG_LINES + 10):
            context.log("x" * 1_000_000, "y" * 9_000, "z" * 9_000, level="WARN")

    outcome = await run(context, body)
    assert len(outcome.log_lines) == MAX_LOG_LINES
    assert {len(line) for line in outcome.log_lines} == {MAX_LOG_LINE}
    assert outcome.log_lines[0].startswith("[WARN] ")


async def test_without_its_service_nothing_is_known_of_a_query(context: Context) -> None:
    outcome = await run_function(function("schools:getSchools"), {}, context)
    assert outcome.error is not None
    assert (outcome.error.system, outcome.error.outcome_unknown) == (True, False)
    assert outcome.reads is None


async def test_without_its_service_the_outcome_of_a_mutation_is_unknown(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mutations, "PATIENCE", 0.1)
    args = {"name": "Alice", "email": "alice@example.com"}
    outcome = await run_function(function("studentInvites:createInvite"), args, context)
    assert outcome.error is not None
    assert (outcome.error.system, outcome.error.outcome_unknown) == (True, True)


@pytest.mark.parametrize("function", list(FUNCTIONS), ids=lambda function: function.name)
@pytest.mark.parametrize("who", ["", "alice", "ada"])
async def test_every_function_lets_in_whom_it_should_and_takes_no_other_arguments(
    context: Context, function: Function, who: str
) -> None:
    context.identity = user(who, admin=who == "ada") if who else None
    outcome = await run_function(function, {"bogus": 1.0}, context)
    assert outcome.error is not None
    if not who and function.access is not Access.ANYONE:
        assert outcome.error.text == "Uncaught Error: Not authenticated"
    elif who != "ada" and function.access is Access.ADMIN:
        assert outcome.error.text == "Uncaught Error: Unauthorized: Admin access required"
    else:
        assert outcome.error.text.startswith("ArgumentValidationError: Object ")
        assert "field `" in outcome.error.text
