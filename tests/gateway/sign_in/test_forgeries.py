"""Tokens made to be believed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gateway.live_requests import scope_of
from gateway.sign_in import MAX_TOKEN_BYTES, SignIn, SignInSettings, principal_of
from runtime.refusal import Unauthenticated
from tests.gateway.sign_in.key_server import NOW, Clock, FakeProvider, jwk, rsa_key, running_provider


def encode(part: Any) -> str:
    data = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def unsigned(provider: FakeProvider, header: dict[str, Any]) -> str:
    return f"{encode(header)}.{encode(provider.claims())}"


def rightly_signed(text: str) -> str:
    signature = rsa_key("first").sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{text}.{encode(signature)}"


async def test_what_these_tests_sign_would_be_accepted(sign_in: SignIn, provider: FakeProvider) -> None:
    plain = unsigned(provider, {"alg": "RS256", "kid": "first"})
    assert await sign_in.verify(rightly_signed(plain))


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "", None])
async def test_a_token_without_signature_is_refused(
    sign_in: SignIn, provider: FakeProvider, algorithm: str | None
) -> None:
    token = unsigned(provider, {"alg": algorithm, "kid": "first", "typ": "JWT"})
    for forged in (token + ".", token + "." + encode(b"x")):
        with pytest.raises(Unauthenticated):
            await sign_in.verify(forged)
    assert provider.fetches == 0


@pytest.mark.parametrize("encoding", [Encoding.PEM, Encoding.DER])
@pytest.mark.parametrize("algorithm", ["HS256", "RS256"])
async def test_the_public_key_is_no_hmac_secret(
    sign_in: SignIn, provider: FakeProvider, encoding: Encoding, algorithm: str
) -> None:
    public = rsa_key("first").public_key().public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo)
    signed = unsigned(provider, {"alg": algorithm, "kid": "first", "typ": "JWT"})
    signature = hmac.new(public, signed.encode(), hashlib.sha256).digest()
    with pytest.raises(Unauthenticated):
        await sign_in.verify(f"{signed}.{encode(signature)}")


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256"])
async def test_another_rsa_algorithm_is_refused(
    sign_in: SignIn, provider: FakeProvider, algorithm: str
) -> None:
    token = jwt.encode(provider.claims(), rsa_key("first"), algorithm=algorithm, headers={"kid": "first"})
    with pytest.raises(Unauthenticated):
        await sign_in.verify(token)


async def test_a_token_signed_with_another_key_of_the_same_id_is_refused(
    sign_in: SignIn, provider: FakeProvider
) -> None:
    with pytest.raises(Unauthenticated):
        await sign_in.verify(provider.token("first", key=rsa_key("attacker")))


async def test_claims_changed_after_signing_are_refused(sign_in: SignIn, provider: FakeProvider) -> None:
    token = provider.token()
    await sign_in.verify(token)
    header, _, signature = token.split(".")
    with pytest.raises(Unauthenticated):
        await sign_in.verify(f"{header}.{encode(provider.claims(is_admin=True))}.{signature}")


@pytest.mark.parametrize("kid", [None, "", 7, ["first"], "../first"])
async def test_a_token_must_name_a_published_key(sign_in: SignIn, provider: FakeProvider, kid: Any) -> None:
    header = {"alg": "RS256", "typ": "JWT"} | ({} if kid is None else {"kid": kid})
    signed = unsigned(provider, header)
    with pytest.raises(Unauthenticated):
        await sign_in.verify(rightly_signed(signed))


@pytest.mark.parametrize("name", ["jku", "x5u"])
async def test_an_address_in_the_header_is_never_followed(
    sign_in: SignIn, provider: FakeProvider, name: str
) -> None:
    headers = {"kid": "mine", name: f"{provider.url}/evil.json", "jwk": jwk("mine", rsa_key("attacker"))}
    token = jwt.encode(provider.claims(), rsa_key("attacker"), algorithm="RS256", headers=headers)
    with pytest.raises(Unauthenticated):
        await sign_in.verify(token)
    assert provider.other_requests == 0


@pytest.mark.parametrize(
    "header", [{"crit": ["exp"]}, {"typ": "at+jwt"}, {"b64": False, "crit": ["b64"]}], ids=str
)
async def test_a_header_that_asks_for_more_is_refused(
    sign_in: SignIn, provider: FakeProvider, header: dict[str, Any]
) -> None:
    signed = unsigned(provider, {"alg": "RS256", "kid": "first", **header})
    with pytest.raises(Unauthenticated):
        await sign_in.verify(rightly_signed(signed))


NOT_TOKENS = {
    "empty": "",
    "dots": "..",
    "one part": "eyJ",
    "no base64": "a.b.c",
    "not ascii": "é.é.é",
    "half a character": "\ud800",
    "header is a list": f"{encode([])}.{encode({})}.x",
    "payload is a list": f"{encode({})}.{encode([])}.x",
    "deep payload": f"{encode({})}.{encode(b'[' * 5000)}.x",
    "deep header": f"{encode(b'[' * 5000)}.{encode({})}.x",
}


@pytest.mark.parametrize("text", NOT_TOKENS.values(), ids=NOT_TOKENS.keys())
async def test_what_is_no_token_is_refused(sign_in: SignIn, provider: FakeProvider, text: str) -> None:
    with pytest.raises(Unauthenticated):
        await sign_in.verify(text)
    assert provider.fetches == 0


async def test_a_token_that_is_too_long_is_refused(sign_in: SignIn, provider: FakeProvider) -> None:
    with pytest.raises(Unauthenticated, match=str(MAX_TOKEN_BYTES)):
        await sign_in.verify(provider.token(bio="x" * MAX_TOKEN_BYTES))


async def test_a_refusal_never_repeats_the_token(sign_in: SignIn, provider: FakeProvider) -> None:
    token = provider.token("first", key=rsa_key("attacker"))
    with pytest.raises(Unauthenticated) as refused:
        await sign_in.verify(token)
    assert token.split(".")[2] not in str(refused.value)
    assert "eyJ" not in str(refused.value.metadata())


async def test_a_provider_cannot_sign_for_another(sign_in: SignIn, provider: FakeProvider) -> None:
    """With two providers, each one's keys verify its own tokens only: keys are looked up by issuer."""
    async with running_provider() as other:
        other.keys = [jwk("theirs", rsa_key("theirs"))]
        both = SignIn(SignInSettings((provider.url, other.url)), wall_clock=lambda: NOW)
        assert (await both.verify(other.token("theirs"))).issuer == other.url
        with pytest.raises(Unauthenticated):
            await both.verify(provider.token("theirs"))
        await both.close()


async def test_ten_thousand_bad_tokens_cost_little_and_others_nothing(
    sign_in: SignIn, provider: FakeProvider
) -> None:
    good = provider.token()
    await sign_in.verify(good)
    header, payload, signature = good.split(".")
    started, slowest = time.monotonic(), 0.0
    for number in range(10_000):
        kinds = (
            f"{header}.{payload}.{encode(number.to_bytes(256))}",
            f"{encode({'alg': 'RS256', 'kid': f'made-up-{number}'})}.{payload}.{signature}",
            f"{encode({'alg': 'none', 'kid': 'first'})}.{encode({'sub': number})}.",
            f"{number}" * 1_000,
        )
        with pytest.raises(Unauthenticated):
            await sign_in.verify(kinds[number % 4])
        if number % 500 == 0:
            asked = time.monotonic()
            await sign_in.verify(good)
            slowest = max(slowest, time.monotonic() - asked)
    assert time.monotonic() - started < 30
    assert slowest < 1
    assert provider.fetches <= 2, "the clock stands still: one cooldown"
    assert len(sign_in._verified) == 1, "nothing is remembered of bad tokens"


async def test_two_issuers_with_one_subject_are_two_users(provider: FakeProvider, clock: Clock) -> None:
    async with running_provider() as other:
        sign_in = SignIn(SignInSettings((provider.url, other.url)), wall_clock=clock, monotonic=clock)
        first = principal_of(await sign_in.verify(provider.token()))
        second = await sign_in.verify(other.token())
        with pytest.raises(Unauthenticated):
            await sign_in.verify(provider.token(sub=f"{other.url}|alice"))
        await sign_in.close()
    assert (first.subject, principal_of(second).subject) == ("alice", f"{other.url}|alice")
    assert (second.subject, second.issuer) == ("alice", other.url)
    assert scope_of(first) != scope_of(principal_of(second))
