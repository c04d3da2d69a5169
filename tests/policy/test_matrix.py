"""Every RPC and every function × every kind of caller: the outcome is what the published policy says.

Nothing is listed here: what is called comes from the protos and the table of functions, what is expected from
the pages generated for readers. Requests are empty, so whoever is let in changes nothing.
"""

from __future__ import annotations

from typing import Any

import grpc
import httpx
import pytest

from cli.dev.keys import PROCESSES
from gateway.api_keys import SCOPES
from gateway.functions.table import FUNCTIONS
from runtime.auth import ANONYMOUS, PRINCIPAL_KEY, Kind, Principal
from tests.contracts.schema import methods
from tests.gateway.rig import Metadata, Rig
from tests.policy.pages import Rule, functions, rpcs
from tests.support.assertions import forged, signer

pytestmark = pytest.mark.asyncio(loop_scope="module")
IN, WHO, NOT_YOU, NO_SUCH = "let in", "UNAUTHENTICATED", "PERMISSION_DENIED", "UNIMPLEMENTED"
ALICE, BOB = Principal("alice", Kind.USER), Principal("bob", Kind.USER)
ADA = Principal("ada", Kind.USER, admin=True)
KEY, IDLE_KEY = Principal.key("scraper", SCOPES), Principal.key("idle", ())
UNPROVEN: dict[str, dict[str, Any]] = {
    "expired": {"exp": -30, "iat": -60},
    "wrong key": {"key": "strange"},
    "unknown kid": {"kid": "nobody"},
    "wrong audience": {"aud": "nobody"},
}
every_rpc = pytest.mark.parametrize("rule", rpcs(), ids=lambda rule: rule.name)
every_function = pytest.mark.parametrize("rule", functions(), ids=lambda rule: rule.name)


def expected(rule: Rule, who: Principal) -> str:
    """What the page says of a caller whom the gateway vouches for."""
    if who.kind is Kind.SERVICE:
        return IN if rule.names(f"{who.subject} itself") else NOT_YOU
    if rule.access == "anyone":
        return IN
    if who.kind is Kind.ANONYMOUS:
        return WHO
    if who.kind is Kind.KEY:
        scopes = [f"key `{scope}`" for scope in who.scopes]
        public = rule.access == "signed in" and rule.kind == "query"
        return IN if public or any(map(rule.names, scopes)) else NOT_YOU
    allowed = {"signed in", "owner", "admin"} if who.admin else {"signed in", "owner"}
    return IN if rule.access in allowed else NOT_YOU


def through(rule: Rule, process: str, who: Principal) -> str:
    """What the page says when another process passes the call on."""
    return expected(rule, who) if rule.names(f"through {process} too") or process == "gateway" else NOT_YOU


async def call(channel: grpc.aio.Channel, rule: Rule, metadata: Metadata) -> str:
    """What comes of an empty request. A defect of ours is neither in nor out."""
    send: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(f"/{rule.name}")
    try:
        await send(b"", metadata=metadata, timeout=20)
    except grpc.aio.AioRpcError as error:
        code = error.code().name
        return code if code in (WHO, NOT_YOU, NO_SUCH, "INTERNAL", "UNKNOWN") else IN
    return IN


async def test_the_pages_have_everything() -> None:
    unary = {
        f"{each.containing_service.full_name}/{each.name}" for each in methods() if not each.server_streaming
    }
    assert {rule.name for rule in rpcs()} == unary
    assert {rule.name for rule in functions()} == {function.name for function in FUNCTIONS}


@every_rpc
async def test_at_the_service(rig: Rig, rule: Rule) -> None:
    for service in [rule.name.split(".")[1]] if ".live." not in rule.name else rig.services:
        found, wanted = {}, {}
        async with grpc.aio.insecure_channel(f"127.0.0.1:{rig.services[service].port}") as channel:
            for name, (token, outcome) in _callers(rig, rule, service).items():
                metadata = ((PRINCIPAL_KEY, token),) if token else ()
                found[name], wanted[name] = await call(channel, rule, metadata), outcome
        assert found == wanted


def _callers(rig: Rig, rule: Rule, service: str) -> dict[str, tuple[str, str]]:
    """Every kind of caller: their assertion, and what is to come of it."""
    gateway, planner = signer(rig.keys, "gateway"), signer(rig.keys, "planner")
    callers = {"nobody": ("", WHO)}
    for who in (ANONYMOUS, ALICE, BOB, ADA, KEY, IDLE_KEY):
        name = who.subject or "anonymous"
        callers[name] = gateway.assertion(who, service), expected(rule, who)
        passed_on = planner.assertion(who, service, gateway.assertion(who, "planner"))
        callers[f"{name} through planner"] = passed_on, through(rule, "planner", who)
        callers[f"{name} invented by planner"] = planner.assertion(who, service), WHO
    for process in PROCESSES:
        who = Principal.service(process)
        token = signer(rig.keys, process).assertion(who, service)
        allowed = process == "gateway" or rule.names(f"through {process} too")
        callers[f"{process} itself"] = token, expected(rule, who) if allowed else NOT_YOU
    for name, changes in UNPROVEN.items():
        callers[name] = forged(rig.keys, ADA, service, **changes), WHO
    return callers


@every_rpc
async def test_through_the_gateway(rig: Rig, rule: Rule) -> None:
    forged_token = rig.signed_in("ada", admin=True)[0][1][:-6] + "AAAAAA"
    assertion = signer(rig.keys, "gateway").assertion(ADA, rule.name.split(".")[1])
    callers: dict[str, tuple[Metadata, Principal | None]] = {
        "nobody": ((), ANONYMOUS),
        "alice": (rig.signed_in("alice"), ALICE),
        "ada": (rig.signed_in("ada", admin=True), ADA),
        "expired": (rig.signed_in("ada", admin=True, ttl=-60), None),
        "wrong key": ((("authorization", forged_token),), None),
        "an assertion": (((PRINCIPAL_KEY, assertion),), ANONYMOUS),
        "an API key": ((("x-api-key", "ap_" + "x" * 43),), ANONYMOUS),
    }
    found, wanted = {}, {}
    for name, (metadata, who) in callers.items():
        found[name] = await call(rig.channel(), rule, metadata)
        wanted[name] = WHO if who is None else expected(rule, who)
        if rule.access == "service":
            wanted[name] = found[name] if found[name] == NO_SUCH else "no such method"
    assert found == wanted


@every_function
async def test_functions(rig: Rig, rule: Rule) -> None:
    forged_token = rig.issuer.mint("ada", admin=True)[:-6] + "AAAAAA"
    callers: dict[str, tuple[str, bool, bool]] = {
        "nobody": ("", False, False),
        "alice": (rig.issuer.mint("alice"), True, False),
        "bob": (rig.issuer.mint("bob"), True, False),
        "ada": (rig.issuer.mint("ada", admin=True), True, True),
        "a text for true": (rig.issuer.mint("eve", claims={"is_admin": "true"}), True, False),
    }
    found, wanted = {}, {}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{rig.gateways[0].http_port}") as client:
        for name, (token, signed_in, admin) in callers.items():
            found[name] = await _run(client, rule, token)
            wanted[name] = _expected_of_function(rule, signed_in, admin)
        for token in (forged_token, rig.issuer.mint("ada", admin=True, ttl=-60)):
            assert await _run(client, rule, token) == "401"
    assert found == wanted


def _expected_of_function(rule: Rule, signed_in: bool, admin: bool) -> str:
    if rule.access == "anyone":
        return IN
    if not signed_in:
        return WHO
    return IN if rule.access in ("signed in", "own") or admin else NOT_YOU


async def _run(client: httpx.AsyncClient, rule: Rule, token: str) -> str:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    body = {"path": rule.name, "args": {"nobody_takes_this": 1}, "format": "json"}
    answer = await client.post(f"/api/{rule.kind}", json=body, headers=headers)
    if answer.status_code == 401:
        return "401"
    message = answer.json().get("errorMessage", "")
    if "Not authenticated" in message:
        return WHO
    return NOT_YOU if "Unauthorized: Admin access required" in message else IN
