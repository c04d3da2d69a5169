"""The keys by which the processes know each other: one pair per process, and the list of whom to trust.

A process reads both files again when they change, so keys are exchanged while everything runs: first the new
public key is trusted beside the old one, then the process signs with it, and a little later, when the last
assertion signed with the old one has expired, that one counts no more.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.dev.files import private_folder, write_private
from cli.errors import CommandError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

PROCESSES = ("catalog", "planner", "identity", "gateway")
OVERLAP = 150.0
"""Seconds an old key stays trusted: until what it signed last has expired, with time for passing that on."""


@dataclass(frozen=True)
class KeyRing:
    """Paths of the private keys (PEM, Ed25519) and of the public ones (a JWKS)."""

    folder: Path
    processes: tuple[str, ...] = PROCESSES

    def private(self, process: str) -> Path:
        """The file with the private key of `process`."""
        return self.folder / f"{process}.pem"

    @property
    def trusted(self) -> Path:
        """The file with everyone's public keys."""
        return self.folder / "trusted.json"

    def ensure(self) -> None:
        """Make what is missing, and forget keys whose time is over."""
        private_folder(self.folder)
        with _locked(self.folder):
            for name in self.processes:
                if not self.private(name).exists():
                    write_private(self.private(name), _new_key())
            self._write(self._current() | self._public())

    def rotate(self, process: str, *, overlap: float = OVERLAP) -> str:
        """Give a process a new key; its old ones count for `overlap` seconds more. Returns the new key's id.

        Raises CommandError when there is no such process.
        """
        if not self.private(process).exists():
            known = ", ".join(each.stem for each in sorted(self.folder.glob("*.pem")))
            raise CommandError(f"no process {process!r} has a key here", hint=f"choose one of {known}")
        from runtime.key_files import public_jwk

        with _locked(self.folder):
            pem = _new_key()
            new = public_jwk(process, _key(pem))
            until = time.time() + overlap
            self._write({**_ending(self._current(), process, until), new["kid"]: new})
            write_private(self.private(process), pem)  # after everybody can know it
        return str(new["kid"])

    def trusted_keys(self) -> list[dict[str, Any]]:
        """The entries of the list of trusted keys."""
        return list(self._current().values())

    def _current(self) -> dict[str, dict[str, Any]]:
        if not self.trusted.exists():
            return {}
        listed = json.loads(self.trusted.read_text())["keys"]
        now = time.time()
        return {each["kid"]: each for each in listed if each.get("process") and each.get("until", now) >= now}

    def _public(self) -> dict[str, dict[str, Any]]:
        """The entry of each private key there is."""
        from runtime.key_files import public_jwk

        found = [public_jwk(name, _key(self.private(name).read_bytes())) for name in self.processes]
        return {each["kid"]: each for each in found}

    def _write(self, keys: dict[str, dict[str, Any]]) -> None:
        content = json.dumps({"keys": list(keys.values())}, indent=2)
        if not self.trusted.exists() or self.trusted.read_text() != content:
            write_private(self.trusted, content)


def _ending(keys: dict[str, dict[str, Any]], process: str, until: float) -> dict[str, dict[str, Any]]:
    """The keys, of which those of `process` end."""
    return {
        kid: {**each, "until": min(until, each.get("until", until))} if each["process"] == process else each
        for kid, each in keys.items()
    }


def _new_key() -> bytes:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _key(pem: bytes) -> Ed25519PrivateKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    key = load_pem_private_key(pem, password=None)
    assert isinstance(key, Ed25519PrivateKey)
    return key


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
