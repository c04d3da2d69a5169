"""Keys and assertions of any process, right and wrong."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cli.dev.keys import KeyRing
from runtime.auth import Principal, Signer
from runtime.key_files import key_id, read_private


def signer(keys: KeyRing, process: str) -> Signer:
    """What signs as a process."""
    return Signer.from_file(process, keys.private(process))


def ring(folder: Path) -> KeyRing:
    """Fresh keys of all processes."""
    keys = KeyRing(folder)
    keys.ensure()
    return keys


def forged(keys: KeyRing, principal: Principal, audience: str, **changes: Any) -> str:
    """An assertion of the gateway, but for the claims that are changed (None: left out; times from now).

    `key` is another private key ("strange": nobody's), `kid` another id.
    """
    now = int(time.time())
    key = changes.pop("key", None) or read_private(keys.private("gateway"))
    key = strange_key() if key == "strange" else key
    kid = changes.pop("kid", None) or key_id(key)
    claims: dict[str, Any] = {
        "iss": "gateway",
        "aud": audience,
        "sub": principal.subject,
        "kind": principal.kind.value,
        "admin": principal.admin,
        "iat": 0,
        "exp": 60,
        **changes,
    }
    for name in ("iat", "exp"):
        claims[name] = None if claims[name] is None else now + claims[name]
    given = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(given, key, algorithm="EdDSA", headers={"kid": kid})


def strange_key() -> Ed25519PrivateKey:
    """A key that nobody trusts."""
    return Ed25519PrivateKey.generate()
