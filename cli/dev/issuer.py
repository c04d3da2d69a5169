"""The local sign-in provider of `albertplus dev`: its key, and tokens in Clerk's shape.

Tokens are made by whoever can read the private key (`<home>/issuer/key.pem`, mode 0600), never over HTTP: on
a machine with several users, a port that hands out administrators' tokens would be a hole.
"""

from __future__ import annotations

import base64
import hashlib
import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from jwt.algorithms import RSAAlgorithm

from cli.dev.files import private_folder, write_private
from cli.errors import CommandError

AUDIENCE = "convex"
DEFAULT_PORT = 3213
_FOLDER = "issuer"
_KEY_FILE = "key.pem"
_URL_FILE = "url"


@dataclass(frozen=True)
class LocalIssuer:
    """An issuer with its private key; `url` is what its tokens carry as `iss`."""

    url: str
    key: RSAPrivateKey

    @classmethod
    def start(cls, home: Path, url: str) -> LocalIssuer:
        """The issuer of `home` at `url`, which is remembered there. The first call makes its key."""
        folder = private_folder(home / _FOLDER)
        if not (folder / _KEY_FILE).exists():
            write_private(folder / _KEY_FILE, _new_key())
        write_private(folder / _URL_FILE, url)
        return cls.load(home)

    @classmethod
    def load(cls, home: Path) -> LocalIssuer:
        """The issuer that `albertplus dev` started in `home` last. Raises CommandError if it never did."""
        folder = home / _FOLDER
        try:
            url = (folder / _URL_FILE).read_text().strip()
            key = load_pem_private_key((folder / _KEY_FILE).read_bytes(), password=None)
        except FileNotFoundError as error:
            raise CommandError(
                f"no local sign-in in {home}",
                hint="start the system once with `albertplus dev`, or point ALBERTPLUS_HOME at its folder",
            ) from error
        except PermissionError as error:
            raise CommandError(
                f"{folder} belongs to another user", hint="run as the user who runs `albertplus dev`"
            ) from error
        except ValueError as error:
            raise _unusable(folder) from error
        if not isinstance(key, RSAPrivateKey):
            raise _unusable(folder)
        return cls(url, key)

    @property
    def kid(self) -> str:
        """The key's id: its thumbprint (RFC 7638), so another key never has the same."""
        public = _public_jwk(self.key)
        required = json.dumps({name: public[name] for name in ("e", "kty", "n")}, separators=(",", ":"))
        return base64.urlsafe_b64encode(hashlib.sha256(required.encode()).digest()).decode().rstrip("=")

    def mint(
        self,
        subject: str,
        *,
        admin: bool = False,
        ttl: float = 3600.0,
        claims: Mapping[str, Any] | None = None,
    ) -> str:
        """Return a token for user `subject`, valid for `ttl` seconds, as Clerk's template "convex" does.

        `claims` are added to it, or replace its own (`azp`, `email`, ...).
        """
        now = int(time.time())
        payload = {
            "iss": self.url,
            "sub": subject,
            "sid": f"sess_{uuid.uuid4().hex}",
            "aud": AUDIENCE,
            "iat": now,
            "nbf": now,
            "exp": now + int(ttl),
            "name": subject,
            "email": f"{subject}@localhost",
            "is_admin": admin,
            **(claims or {}),
        }
        return jwt.encode(payload, self.key, algorithm="RS256", headers={"kid": self.kid})

    def key_set(self) -> dict[str, Any]:
        """The public half, as `/.well-known/jwks.json` shows it."""
        return {"keys": [{**_public_jwk(self.key), "kid": self.kid, "use": "sig", "alg": "RS256"}]}

    def configuration(self) -> dict[str, Any]:
        """What `/.well-known/openid-configuration` says."""
        return {
            "issuer": self.url,
            "jwks_uri": f"{self.url}/.well-known/jwks.json",
            "id_token_signing_alg_values_supported": ["RS256"],
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public"],
        }


def _new_key() -> bytes:
    key = generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _public_jwk(key: RSAPrivateKey) -> dict[str, Any]:
    public: dict[str, Any] = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {name: public[name] for name in ("kty", "n", "e")}


def _unusable(folder: Path) -> CommandError:
    return CommandError(
        f"the local sign-in key in {folder} is unusable",
        hint=f"delete {folder} and start `albertplus dev` again; tokens made so far stop working",
    )
