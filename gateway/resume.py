"""Resume tokens: which result a client saw last, so that an equal one need not be sent again.

A token names a result, it vouches for nothing: a client that makes one up is told "unchanged" about a
result only it claims to have. It is short, so that clients can keep one per query.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from hashlib import blake2b

VERSION = b"\x01"
SIZE = 16


def digest(payload: bytes, *, ok: bool) -> bytes:
    """The digest of a result: of the response's bytes, or of the serialised error status."""
    return blake2b(payload, digest_size=SIZE, person=b"response" if ok else b"error").digest()


def token(seen: bytes) -> str:
    """The resume token of the result with this digest."""
    return urlsafe_b64encode(VERSION + seen).decode()


def seen_digest(resume_token: str) -> bytes | None:
    """The digest in a resume token; None for an empty, foreign or mangled one, which only costs a resend."""
    try:
        raw = urlsafe_b64decode(resume_token)
    except (NotBase64, ValueError):
        return None
    return raw[1:] if raw[:1] == VERSION and len(raw) == SIZE + 1 else None
