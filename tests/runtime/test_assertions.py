"""Which assertions a process believes, and how keys are exchanged while calls go on."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import jwt
import pytest

from cli.dev.keys import KeyRing
from runtime import key_files
from runtime.auth import ANONYMOUS, Kind, Principal, Verifier
from runtime.refusal import Unauthenticated
from runtime.verifying import PROBLEM
from tests.support.assertions import forged, ring, signer, strange_key

ALICE = Principal("alice", Kind.USER)
ADA = Principal("ada", Kind.USER, admin=True)
SCRAPER = Principal.key("scraper", ("courses:write",))


@pytest.fixture
def keys(tmp_path: Path) -> KeyRing:
    return ring(tmp_path / "keys")


@pytest.fixture
def catalog(keys: KeyRing) -> Verifier:
    return Verifier("catalog", keys.trusted)


def refused(verifier: Verifier, token: str) -> bool:
    """Whether a token is refused, without a word of why."""
    try:
        verifier.caller(token)
    except Unauthenticated as refusal:
        return refusal.problem == PROBLEM
    return False


@pytest.mark.parametrize("who", [ALICE, ADA, SCRAPER, ANONYMOUS, Principal.service("gateway")])
def test_the_gateway_speaks_for_everybody(keys: KeyRing, catalog: Verifier, who: Principal) -> None:
    found = catalog.caller(signer(keys, "gateway").assertion(who, "catalog"))
    assert (found.principal, found.process) == (who, "gateway")


@pytest.mark.parametrize("who", [ALICE, ADA, SCRAPER, ANONYMOUS])
def test_another_process_passes_on_what_the_gateway_told_it(
    keys: KeyRing, catalog: Verifier, who: Principal
) -> None:
    origin = signer(keys, "gateway").assertion(who, "planner")
    found = catalog.caller(signer(keys, "planner").assertion(who, "catalog", origin))
    assert (found.principal, found.process) == (who, "planner")


def test_another_process_invents_no_user(keys: KeyRing, catalog: Verifier) -> None:
    gateway, planner, identity = (signer(keys, name) for name in ("gateway", "planner", "identity"))
    alices = gateway.assertion(ALICE, "planner")
    for token in (
        planner.assertion(ALICE, "catalog"),
        planner.assertion(ADA, "catalog", alices),
        planner.assertion(Principal("alice", Kind.USER, admin=True), "catalog", alices),
        planner.assertion(ALICE, "catalog", gateway.assertion(ALICE, "catalog")),
        planner.assertion(ALICE, "catalog", identity.assertion(ALICE, "planner")),
        planner.assertion(ALICE, "catalog", planner.assertion(ALICE, "planner")),
        planner.assertion(Principal.service("gateway"), "catalog"),
        identity.assertion(ALICE, "catalog", alices),
    ):
        assert refused(catalog, token)


def test_a_process_speaks_for_itself(keys: KeyRing, catalog: Verifier) -> None:
    found = catalog.caller(signer(keys, "planner").assertion(Principal.service("planner"), "catalog"))
    assert found.principal == Principal.service("planner")


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "planner"},
        {"aud": ["catalog", "planner"]},
        {"aud": None},
        {"exp": -10},
        {"exp": 3600},
        {"exp": None},
        {"iat": 600, "exp": 660},
        {"iat": None},
        {"iss": "planner"},
        {"sub": None},
        {"kind": "king"},
        {"kind": None},
        {"admin": None},
        {"scopes": "courses:write"},
        {"kid": "nobody"},
        {"key": "strange"},
    ],
    ids=str,
)
def test_what_is_wrong_is_refused(keys: KeyRing, catalog: Verifier, changes: dict[str, Any]) -> None:
    assert refused(catalog, forged(keys, ALICE, "catalog", **changes))
    assert not refused(catalog, forged(keys, ALICE, "catalog"))


def test_a_strangers_key_under_a_known_id_is_refused(keys: KeyRing, catalog: Verifier) -> None:
    known = forged(keys, ALICE, "catalog")
    kid = jwt.get_unverified_header(known)["kid"]
    assert refused(catalog, forged(keys, ALICE, "catalog", key=strange_key(), kid=kid))


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "." * 9000, "e30.e30.e30"])
def test_nonsense_is_refused(catalog: Verifier, token: str) -> None:
    assert refused(catalog, token)


def test_admin_is_the_truth_and_nothing_like_it(keys: KeyRing, catalog: Verifier) -> None:
    assert not catalog.caller(forged(keys, ALICE, "catalog", admin="true")).principal.admin


def test_a_new_key_is_known_at_once_and_the_old_one_a_while_longer(keys: KeyRing, catalog: Verifier) -> None:
    old = signer(keys, "gateway").assertion(ALICE, "catalog")
    keys.rotate("gateway")
    new = signer(keys, "gateway").assertion(ALICE, "catalog")
    assert not refused(catalog, new)
    assert not refused(catalog, old)


def test_a_lost_key_counts_no_more(keys: KeyRing, catalog: Verifier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_files, "CHECK_EVERY", 0.0)
    old = signer(keys, "gateway").assertion(ALICE, "catalog")
    assert not refused(catalog, old)
    keys.rotate("gateway", overlap=0.0)
    assert refused(catalog, old)


def test_keys_are_exchanged_under_load_without_one_refusal(
    keys: KeyRing, catalog: Verifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_files, "CHECK_EVERY", 0.01)
    gateway, planner = signer(keys, "gateway"), signer(keys, "planner")
    kids, done = set(), threading.Event()

    def rotate() -> None:
        for _ in range(10):
            for process in ("gateway", "planner"):
                kids.add(keys.rotate(process))
        done.set()

    rotating = threading.Thread(target=rotate)
    rotating.start()
    calls = 0
    while not done.is_set() or calls < 500:
        who = Principal(f"student-{calls}", Kind.USER)
        origin = gateway.assertion(who, "planner")
        assert catalog.caller(planner.assertion(who, "catalog", origin)).principal == who
        calls += 1
    rotating.join()
    assert len(kids) == 20


@pytest.mark.parametrize("content", ["", "{", '{"keys": 1}', '{"keys": [{}]}'])
def test_a_broken_file_changes_nothing(
    keys: KeyRing, catalog: Verifier, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    monkeypatch.setattr(key_files, "CHECK_EVERY", 0.0)
    token = signer(keys, "gateway").assertion(ALICE, "catalog")
    keys.trusted.write_text(content)
    assert not refused(catalog, token)
    keys.trusted.unlink()
    assert not refused(catalog, token)


def test_keys_made_once_stay(keys: KeyRing) -> None:
    before = keys.trusted.read_text()
    keys.ensure()
    assert keys.trusted.read_text() == before
