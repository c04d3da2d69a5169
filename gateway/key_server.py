"""Asking an issuer for its keys over HTTP: the discovery document first, then the key set it names."""

from __future__ import annotations

import json
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import httpx

DISCOVERY = "/.well-known/openid-configuration"
KEY_SET = "/.well-known/jwks.json"
MAX_BYTES = 256 * 1024
PLAIN = {"accept": "application/json", "accept-encoding": "identity"}  # so that the limit is what is unpacked


class KeyServerError(Exception):
    """The key server did not answer, or not with a key set. Says nothing about any token."""


class KeyServer:
    """Where one issuer publishes its keys."""

    def __init__(self, issuer: str, http: httpx.AsyncClient) -> None:
        """Raises ValueError unless `issuer` is an https URL (plain http only on this machine)."""
        require_safe_url(issuer)
        self.issuer = issuer
        self._http = http

    async def fetch(self) -> dict[str, Any]:
        """Return the issuer's key set as it is published now. Raises KeyServerError."""
        base = self.issuer.rstrip("/")
        status, configuration = await self._get(base + DISCOVERY)
        if status == httpx.codes.NOT_FOUND:  # a provider that publishes nothing but its keys
            url = base + KEY_SET
        else:
            url = self._key_set_url(_document(base + DISCOVERY, status, configuration))
        return _document(url, *await self._get(url))

    def _key_set_url(self, configuration: dict[str, Any]) -> str:
        """The key set's address; refused if the document speaks for another issuer or names an unsafe one."""
        if configuration.get("issuer") != self.issuer:
            raise KeyServerError(f"{self.issuer} publishes the configuration of another issuer")
        url = configuration.get("jwks_uri")
        try:
            require_safe_url(url)
        except ValueError as error:
            raise KeyServerError(f"{self.issuer} names an unusable key set: {error}") from error
        return str(url)

    async def _get(self, url: str) -> tuple[int, bytes]:
        try:
            async with self._http.stream("GET", url, headers=PLAIN, follow_redirects=False) as response:
                return response.status_code, await _read_limited(url, response)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise KeyServerError(f"{url} did not answer: {str(error) or type(error).__name__}") from error


def require_safe_url(url: Any) -> None:
    """Raise ValueError unless `url` is https, or http on the loopback address."""
    if not isinstance(url, str):
        raise ValueError("not a URL")
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme == "http" and parts.hostname and _is_loopback(parts.hostname):
        return
    raise ValueError(f"{url!r} is neither https nor http on the loopback address")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


async def _read_limited(url: str, response: httpx.Response) -> bytes:
    body = bytearray()
    async for part in response.aiter_bytes():
        body += part
        if len(body) > MAX_BYTES:
            raise KeyServerError(f"{url} answered more than {MAX_BYTES} bytes")
    return bytes(body)


def _document(url: str, status: int, body: bytes) -> dict[str, Any]:
    if status != httpx.codes.OK:
        raise KeyServerError(f"{url} answered {status}")
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise KeyServerError(f"{url} did not answer JSON") from error
    if not isinstance(document, dict):
        raise KeyServerError(f"{url} did not answer a JSON object")
    return document
