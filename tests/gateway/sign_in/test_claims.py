"""What a token must say."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.claims import TokenExpired
from gateway.sign_in import SignIn, SignInSettings, bearer_token, principal_of
from runtime.auth import Kind, Principal
from runtime.refusal import Unauthenticated
from tests.gateway.sign_in.key_server import NOW, Clock, FakeProvider


async def test_a_valid_token_identifies_its_user(sign_in: SignIn, provider: FakeProvider) -> None:
    identity = await sign_in.verify(provider.token(email="alice@nyu.edu"))
    assert (identity.subject, identity.issuer, identity.admin) == ("alice", provider.url, False)
    assert identity.expires_at == NOW + 60
    assert identity.claims["email"] == "alice@nyu.edu"


async def test_is_admin_true_makes_an_administrator(sign_in: SignIn, provider: FakeProvider) -> None:
    identity = await sign_in.verify(provider.token(is_admin=True))
    assert principal_of(identity) == Principal("alice", Kind.USER, admin=True)


@pytest.mark.parametrize("value", ["true", "false", 1, [True], {"value": True}, False])
async def test_anything_but_boolean_true_is_no_administrator(
    sign_in: SignIn, provider: FakeProvider, value: Any
) -> None:
    assert not (await sign_in.verify(provider.token(is_admin=value))).admin


@pytest.mark.parametrize("name", ["iss", "sub", "aud", "iat", "exp"])
async def test_a_token_without_a_required_claim_is_refused(
    sign_in: SignIn, provider: FakeProvider, name: str
) -> None:
    with pytest.raises(Unauthenticated):
        await sign_in.verify(provider.token(**{name: None}))


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://evil.example"},
        {"iss": ["http://127.0.0.1"]},
        {"aud": "another"},
        {"aud": ["convex", "another"]},
        {"aud": "convex2"},
        {"sub": ""},
        {"sub": 7},
        {"sub": "a\0b"},
        {"sub": "a" * 201},
        {"exp": True},
        {"exp": "2100000000"},
        {"exp": 10**400},
        {"iat": "yesterday"},
        {"nbf": "tomorrow"},
        {"sts": "pending"},
    ],
    ids=str,
)
async def test_a_wrong_claim_is_refused(
    sign_in: SignIn, provider: FakeProvider, wrong: dict[str, Any]
) -> None:
    with pytest.raises(Unauthenticated):
        await sign_in.verify(provider.token(**wrong))


async def test_an_audience_of_one_in_a_list_is_accepted(sign_in: SignIn, provider: FakeProvider) -> None:
    assert (await sign_in.verify(provider.token(aud=["convex"]))).subject == "alice"


async def test_the_issuer_must_match_to_the_letter(sign_in: SignIn, provider: FakeProvider) -> None:
    with pytest.raises(Unauthenticated):
        await sign_in.verify(provider.token(iss=provider.url + "/"))


async def test_an_expired_token_is_accepted_within_the_leeway(
    sign_in: SignIn, provider: FakeProvider, clock: Clock
) -> None:
    token = provider.token()
    clock.pass_(64)
    assert (await sign_in.verify(token)).subject == "alice"


async def test_an_expired_token_is_refused_beyond_the_leeway(
    sign_in: SignIn, provider: FakeProvider, clock: Clock
) -> None:
    token = provider.token()
    await sign_in.verify(token)
    clock.pass_(65)
    with pytest.raises(TokenExpired):
        await sign_in.verify(token)


@pytest.mark.parametrize("claim", ["iat", "nbf"])
async def test_a_token_from_the_future_is_refused(
    sign_in: SignIn, provider: FakeProvider, claim: str
) -> None:
    assert await sign_in.verify(provider.token(**{claim: NOW + 5}))
    with pytest.raises(Unauthenticated):
        await sign_in.verify(provider.token(**{claim: NOW + 6}))


@pytest.mark.parametrize("party", [None, "https://evil.example", ["https://app.example"]])
async def test_with_authorized_parties_a_token_must_name_one(
    provider: FakeProvider, clock: Clock, party: Any
) -> None:
    settings = SignInSettings((provider.url,), authorized_parties=("https://app.example",))
    sign_in = SignIn(settings, wall_clock=clock, monotonic=clock)
    assert await sign_in.verify(provider.token(azp="https://app.example"))
    with pytest.raises(Unauthenticated):
        await sign_in.verify(provider.token(azp=party))
    await sign_in.close()


async def test_a_refreshed_token_gives_an_equal_identity(sign_in: SignIn, provider: FakeProvider) -> None:
    first = await sign_in.verify(provider.token())
    refreshed = await sign_in.verify(provider.token(exp=NOW + 120, sid="another"))
    assert first == refreshed
    assert first != await sign_in.verify(provider.token(is_admin=True))


@pytest.mark.parametrize("header", ["Basic YTpi", "Bearer", "Bearer  ", "eyJhbGciOiJub25lIn0"])
def test_an_authorization_header_of_another_kind_is_refused(header: str) -> None:
    with pytest.raises(Unauthenticated):
        bearer_token(header)


def test_the_bearer_token_is_taken_from_the_header() -> None:
    assert bearer_token("bearer abc") == "abc"
    assert bearer_token(None) is None
