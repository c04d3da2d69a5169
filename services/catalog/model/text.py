"""Texts as universities send them, made comparable."""

from __future__ import annotations

# Invisible characters that are copied along from web pages: zero-width space and joiners, soft hyphen, BOM.
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))


def line(text: str) -> str:
    """`text` on one line: any run of white space (no-break spaces too) is one space, none at the ends.

    >>> line("CSCI-UA\\u00a0 101 ")
    'CSCI-UA 101'
    """
    if not text.isascii():
        text = text.translate(_INVISIBLE)
    return " ".join(text.split())


def storable(text: str) -> str:
    """`text` to look for: without NUL characters, which no stored text has."""
    return text.replace("\0", "") if "\0" in text else text
