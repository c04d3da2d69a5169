"""The keys by which the processes know each other: one pair per process, and the list of whom to trust."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from cli.dev.files import private_folder, write_private

PROCESSES = ("catalog", "planner", "identity", "gateway")


@dataclass(frozen=True)
class KeyRing:
    """Paths of the private keys (PEM, Ed25519) and of the public ones (a JWKS; `kid` is the process)."""

    folder: Path
    processes: tuple[str, ...] = PROCESSES

    def private(self, process: str) -> Path:
        """The file with the private key of `process`."""
        return self.folder / f"{process}.pem"

    @property
    def trusted(self) -> Path:
        """The file with everyone's public key."""
        return self.folder / "trusted.json"

    def ensure(self) -> None:
        """Make what is missing; a new key makes a new list."""
        private_folder(self.folder)
        missing = [name for name in self.processes if not self.private(name).exists()]
        if missing or not self.trusted.exists():
            _make(self, missing)


def _make(ring: KeyRing, missing: list[str]) -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from runtime.auth import public_jwk

    for name in missing:
        pem = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        write_private(ring.private(name), pem)
    public = []
    for name in ring.processes:
        key = serialization.load_pem_private_key(ring.private(name).read_bytes(), password=None)
        assert isinstance(key, Ed25519PrivateKey)
        public.append(public_jwk(name, key))
    write_private(ring.trusted, json.dumps({"keys": public}, indent=2))
