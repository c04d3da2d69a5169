"""What a log line must not say: tokens, keys, passwords, mail addresses, grades.

The names of fields are looked at, and what looks like a secret wherever it stands. Whoever logs should not
need it; this is for the day on which an error quotes what a client sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

HIDDEN = "***"
_NAMES = re.compile(
    r"authorization|token|secret|password|passwd|api_?key|private|cookie|mail|grade|gpa|credential|dsn|signature",
    re.IGNORECASE,
)
_HARMLESS = frozenset(("page_token", "next_page_token", "idempotency_key"))
_PRIVATE_KEY = r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\w\s+/=]*(-----END [A-Z ]{0,40}PRIVATE KEY-----)?"
_PATTERNS = (
    (re.compile(r"\beyJ[\w-]*(\.[\w-]*){0,2}"), HIDDEN),  # JSON web tokens
    (re.compile(r"\b(whsec_|sk_|pk_|rk_|ak_|ap_|alb_)[\w+/=-]{8,}"), HIDDEN),  # keys that say what they are
    (re.compile(r"(?i)\b(bearer|basic)\s{1,8}[\w.+/=~-]+"), HIDDEN),
    (
        re.compile(r"(?i)(x-api-key|authorization)(['\"]?\s{0,8}[:=]\s{0,8}['\"]?)[^\s'\",}]+"),
        rf"\1\2{HIDDEN}",
    ),
    (re.compile(r"(\b\w{1,20}://[^\s:/@]{0,200}):[^\s@/]{1,500}@"), rf"\1:{HIDDEN}@"),  # a password in a URL
    (re.compile(r"[\w.+%-]{1,64}@[\w-]{1,64}(\.[\w-]{1,64}){1,8}"), HIDDEN),
    (re.compile(r"(?i)(grade['\"]?\s{0,8}[:=]\s{0,8}['\"]?)[A-FP][+-]?(?![\w.])"), rf"\1{HIDDEN}"),
    (re.compile(_PRIVATE_KEY), HIDDEN),
    (re.compile(r"(https?://[^\s?\"']{1,500})\?[^\s\"']+"), rf"\1?{HIDDEN}"),  # a query string
)


def scrub(_logger: object, _method: str, event: Any) -> Any:
    """A structlog processor; the last one before the renderer, when tracebacks are text already."""
    return {name: _scrubbed(name, value) for name, value in event.items()}


def scrub_text(text: str) -> str:
    """The text without what looks like a secret."""
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    return text


def _scrubbed(name: object, value: Any) -> Any:
    if isinstance(name, str) and name not in _HARMLESS and _NAMES.search(name):
        return HIDDEN
    return _value(value)


def _value(value: Any) -> Any:
    if isinstance(value, str):
        return scrub_text(value)
    if isinstance(value, bytes | bytearray):
        return scrub_text(bytes(value).decode("utf-8", "replace"))
    if isinstance(value, Mapping):
        return {_key(name): _scrubbed(name, each) for name, each in value.items()}
    if isinstance(value, Sequence):
        return [_value(each) for each in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return scrub_text(str(value))


def _key(name: object) -> object:
    return scrub_text(name) if isinstance(name, str) else name
