"""The files with the keys by which processes know each other: their own (PEM), and whom to trust (JWKS)."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import jwt
import structlog
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from jwt.algorithms import OKPAlgorithm

log = structlog.get_logger()

CHECK_EVERY = 1.0
"""Seconds after which a file is looked at again."""
_BROKEN = (ValueError, LookupError, TypeError, AttributeError, jwt.PyJWTError, UnsupportedAlgorithm)
ContentT = TypeVar("ContentT")


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A public key: whose it is, and until when it counts (unix seconds; None: until it is taken away)."""

    process: str
    key: jwt.PyJWK
    until: float | None


class Watched(Generic[ContentT]):
    """The content of a file, read again when the file changes.

    A file that is gone or broken changes nothing: what was read last stays, and the log says so.
    """

    def __init__(self, path: Path, read: Callable[[Path], ContentT]) -> None:
        """Reads it. Raises what `read` raises."""
        self._path = path
        self._read = read
        self._state = _state(path)
        self.content = read(path)
        self._checked = time.monotonic()

    def refresh(self, *, now: bool = False) -> bool:
        """Looks at the file if that was a while ago, or `now`; whether there is new content."""
        moment = time.monotonic()
        if not now and moment - self._checked < CHECK_EVERY:
            return False
        self._checked = moment
        try:
            return self._reread()
        except (OSError, *_BROKEN) as error:
            log.error(
                "a key file cannot be read; the last keys stay", file=str(self._path), error=repr(error)
            )
            return False

    def _reread(self) -> bool:
        state = _state(self._path)
        if state == self._state:
            return False
        self._state = state  # a broken file is complained about once
        self.content = self._read(self._path)
        return True


def read_private(path: Path) -> Ed25519PrivateKey:
    """The key in a PEM file. Raises OSError, or ValueError when it is no Ed25519 key."""
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{path} does not hold an Ed25519 private key")
    return key


def read_trusted(path: Path) -> dict[str, TrustedKey]:
    """The public keys in a JWKS file, by `kid`. Raises OSError, or ValueError or the like."""
    return {each["kid"]: _trusted(each) for each in json.loads(path.read_text())["keys"]}


def public_jwk(process: str, key: Ed25519PrivateKey) -> dict[str, Any]:
    """The entry for a key of `process` in a file of trusted keys."""
    found: dict[str, str] = OKPAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {**found, "kid": key_id(key), "alg": "EdDSA", "use": "sig", "process": process}


def key_id(key: Ed25519PrivateKey) -> str:
    """The key's id: its thumbprint (RFC 7638), so another key of the same process has another."""
    public: dict[str, str] = OKPAlgorithm.to_jwk(key.public_key(), as_dict=True)
    required = json.dumps({name: public[name] for name in ("crv", "kty", "x")}, separators=(",", ":"))
    return base64.urlsafe_b64encode(hashlib.sha256(required.encode()).digest()).decode().rstrip("=")


def _trusted(entry: dict[str, Any]) -> TrustedKey:
    until = entry.get("until")
    key = jwt.PyJWK(entry, algorithm="EdDSA")
    return TrustedKey(str(entry["process"]), key, None if until is None else float(until))


def _state(path: Path) -> tuple[int, int, int]:
    found = os.stat(path)
    return found.st_mtime_ns, found.st_size, found.st_ino
