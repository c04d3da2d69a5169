"""When keys are fetched, kept, dropped, and what happens when they can't be had."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from gateway.jwks import IssuerKeys, KeyPolicy, parse_keys
from gateway.key_server import MAX_BYTES, KeyServerError
from gateway.sign_in import KeyServerUnavailable, SignIn, SignInSettings
from runtime.refusal import Code, Unauthenticated
from tests.gateway.sign_in.key_server import Clock, FakeProvider, jwk, rsa_key


async def test_many_first_sign_ins_fetch_the_keys_once(sign_in: SignIn, provider: FakeProvider) -> None:
    await asyncio.gather(*(sign_in.verify(provider.token(sub=f"user{n}")) for n in range(20)))
    assert provider.fetches == 1


async def test_a_new_key_is_found_when_a_token_names_it(
    sign_in: SignIn, provider: FakeProvider, clock: Clock
) -> None:
    await sign_in.verify(provider.token("first", exp=clock() + 999))
    clock.pass_(11)
    provider.keys.append(jwk("second", rsa_key("second")))
    assert await sign_in.verify(provider.token("second"))
    assert provider.fetches == 2


async def test_a_flood_of_unknown_keys_fetches_once_per_cooldown(
    sign_in: SignIn, provider: FakeProvider, clock: Clock
) -> None:
    await sign_in.verify(provider.token())
    for _ in range(3):
        clock.pass_(10)
        forged = [provider.token(f"made-up-{n}", key=rsa_key("attacker")) for n in range(50)]
        answers = await asyncio.gather(*map(sign_in.verify, forged), return_exceptions=True)
        assert all(isinstance(answer, Unauthenticated) for answer in answers)
    assert provider.fetches == 4


async def test_a_key_replaced_under_its_id_is_found_by_its_first_token(
    sign_in: SignIn, provider: FakeProvider, clock: Clock
) -> None:
    await sign_in.verify(provider.token())
    clock.pass_(11)
    provider.keys = [jwk("first", rsa_key("another"))]
    assert await sign_in.verify(provider.token(key=rsa_key("another")))
    assert provider.fetches == 2


async def test_a_flood_of_wrong_signatures_fetches_once_per_cooldown(
    sign_in: SignIn, provider: FakeProvider, clock: Clock
) -> None:
    await sign_in.verify(provider.token())
    for _ in range(3):
        clock.pass_(10)
        forged = [provider.token(key=rsa_key("attacker"), sub=f"user{n}") for n in range(50)]
        answers = await asyncio.gather(*map(sign_in.verify, forged), return_exceptions=True)
        assert all(isinstance(answer, Unauthenticated) for answer in answers)
    assert provider.fetches == 4


async def test_a_withdrawn_key_stops_working_after_the_refresh(
    sign_in: SignIn, provider: FakeProvider, clock: Clock
) -> None:
    token = provider.token(exp=clock() + 3600)
    await sign_in.verify(token)
    provider.keys = [jwk("second", rsa_key("second"))]
    clock.pass_(599)
    assert await sign_in.verify(token)
    clock.pass_(1)
    with pytest.raises(Unauthenticated):
        await sign_in.verify(token)


async def test_a_key_replaced_under_its_id_ends_remembered_tokens(
    sign_in: SignIn, provider: FakeProvider, clock: Clock
) -> None:
    token = provider.token(exp=clock() + 3600)
    await sign_in.verify(token)
    provider.keys = [jwk("first", rsa_key("second"))]
    clock.pass_(600)
    with pytest.raises(Unauthenticated):
        await sign_in.verify(token)


async def test_an_unreachable_key_server_is_unavailable_not_signed_out(clock: Clock) -> None:
    sign_in = SignIn(SignInSettings(("http://127.0.0.1:1",)), wall_clock=clock, monotonic=clock)
    with pytest.raises(KeyServerUnavailable) as refused:
        await sign_in.verify(FakeProvider("http://127.0.0.1:1").token())
    assert refused.value.code is Code.UNAVAILABLE
    assert refused.value.retry_after == 1.0
    await sign_in.close()


async def test_known_keys_keep_working_for_a_day_while_the_server_is_down(
    sign_in: SignIn, provider: FakeProvider, clock: Clock
) -> None:
    token = provider.token(exp=clock() + 100_000)
    await sign_in.verify(token)
    provider.broken = Response(status_code=503)
    clock.pass_(86_399)
    assert await sign_in.verify(token)
    clock.pass_(1)
    with pytest.raises(KeyServerUnavailable):
        await sign_in.verify(token)


async def test_an_unknown_key_while_the_server_is_down_is_unavailable(
    sign_in: SignIn, provider: FakeProvider, clock: Clock
) -> None:
    await sign_in.verify(provider.token())
    provider.broken = Response(status_code=503)
    clock.pass_(10)
    for _ in range(5):
        with pytest.raises(KeyServerUnavailable):
            await sign_in.verify(provider.token("second"))
    assert provider.fetches == 2


async def test_a_server_that_comes_back_is_asked_again_after_a_second(
    sign_in: SignIn, provider: FakeProvider, clock: Clock
) -> None:
    provider.broken = Response(status_code=500)
    for _ in range(3):
        with pytest.raises(KeyServerUnavailable):
            await sign_in.verify(provider.token())
    assert provider.fetches == 1
    provider.broken = None
    clock.pass_(1)
    assert await sign_in.verify(provider.token())


@pytest.mark.parametrize(
    "answer",
    [
        PlainTextResponse("<html>"),
        JSONResponse([]),
        JSONResponse({"keys": "none"}),
        JSONResponse({}),
        PlainTextResponse("[" * 100_000),
        PlainTextResponse(" " * (MAX_BYTES + 1)),
        RedirectResponse("/elsewhere"),
    ],
    ids=["html", "list", "text", "nothing", "deep", "huge", "redirect"],
)
async def test_an_answer_that_is_no_key_set_is_a_failure_of_the_server(
    sign_in: SignIn, provider: FakeProvider, answer: Response
) -> None:
    provider.broken = answer
    with pytest.raises(KeyServerUnavailable):
        await sign_in.verify(provider.token())
    assert provider.other_requests == 0


async def test_a_server_that_never_finishes_is_given_up(
    provider: FakeProvider, http: httpx.AsyncClient
) -> None:
    provider.hold = asyncio.Event()
    keys = IssuerKeys(provider.url, http, policy=KeyPolicy(fetch_timeout=0.05))
    with pytest.raises(KeyServerError, match="in time"):
        await keys.find("first")
    provider.hold.set()


async def test_a_caller_that_goes_away_does_not_end_the_fetch_for_others(
    provider: FakeProvider, http: httpx.AsyncClient
) -> None:
    provider.hold = asyncio.Event()
    keys = IssuerKeys(provider.url, http)
    leaving, staying = asyncio.ensure_future(keys.find("first")), asyncio.ensure_future(keys.find("first"))
    await provider.asked.wait()
    leaving.cancel()
    provider.hold.set()
    assert await staying is not None
    assert provider.fetches == 1


async def test_closing_gives_up_the_fetch(provider: FakeProvider, http: httpx.AsyncClient) -> None:
    provider.hold = asyncio.Event()
    keys = IssuerKeys(provider.url, http)
    finding = asyncio.ensure_future(keys.find("first"))
    await provider.asked.wait()
    await keys.close()
    with pytest.raises(asyncio.CancelledError):
        await finding
    provider.hold.set()


async def test_the_discovery_document_names_the_key_set(sign_in: SignIn, provider: FakeProvider) -> None:
    provider.configuration = {"issuer": provider.url, "jwks_uri": f"{provider.url}/.well-known/jwks.json"}
    assert await sign_in.verify(provider.token())


@pytest.mark.parametrize(
    "wrong",
    [{"issuer": "https://evil.example"}, {"jwks_uri": "http://evil.example/keys"}, {"jwks_uri": "file:///etc/passwd"},
     {"jwks_uri": None}, {"issuer": None}],
    ids=str,
)  # fmt: skip
async def test_a_discovery_document_of_another_issuer_is_not_followed(
    sign_in: SignIn, provider: FakeProvider, wrong: dict[str, Any]
) -> None:
    provider.configuration = {
        "issuer": provider.url,
        "jwks_uri": f"{provider.url}/.well-known/jwks.json",
        **wrong,
    }
    with pytest.raises(KeyServerUnavailable):
        await sign_in.verify(provider.token())
    assert provider.fetches == 0


@pytest.mark.parametrize(
    "issuer", ["http://clerk.example", "clerk.example", "ftp://127.0.0.1", "https://", ""]
)
def test_an_issuer_must_be_https_or_local(issuer: str) -> None:
    with pytest.raises(ValueError, match="https"):
        SignIn(SignInSettings((issuer,)))


def test_keys_of_another_kind_are_left_out() -> None:
    good = jwk("good", rsa_key("first"))
    others = [
        jwk("encryption", rsa_key("first"), use="enc"),
        jwk("other algorithm", rsa_key("first"), alg="RS512"),
        jwk("short", rsa_key("short", 1024)),
        jwk("", rsa_key("first")),
        jwk("broken", rsa_key("first"), n="!!!"),
        {"kty": "oct", "kid": "secret", "k": "c2VjcmV0"},
        {"kty": "RSA", "kid": "empty"},
        "no key",
        None,
    ]
    assert list(parse_keys({"keys": [*others, good]})) == ["good"]


async def test_a_proxy_is_not_asked_for_an_issuer_on_this_machine(
    provider: FakeProvider, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    sign_in = SignIn(SignInSettings((provider.url,)), wall_clock=clock, monotonic=clock)
    assert await sign_in.verify(provider.token())
    await sign_in.close()
