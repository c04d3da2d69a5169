"""What a search looks for: words, and how they become full text queries.

The database turns the text of a query into words (`search_text`), exactly as it does for what is searched,
so only letters and digits arrive here and no syntax can.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

MAX_WORDS = 16
_MAX_NEAR = 12  # for one word
_MAX_NEAR_IN_ALL = 40  # all of them have room in a page token
_FORGIVING_FROM = 3  # shorter words have too many neighbours
_PREFIX_FROM = 3  # shorter ones begin too many words
_WRITTEN = re.compile(r"\w+(\|\w+)*( \w+(\|\w+)*)*")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a query, and words of the catalog it may be a misspelling of."""

    text: str
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """The words of a query; all of them must be found. The last may be unfinished."""

    words: tuple[Word, ...]

    @classmethod
    def of(cls, words: str) -> Terms:
        """The terms of a query that the database has turned into words; further words are ignored."""
        return cls(tuple(Word(word) for word in words.split()[:MAX_WORDS]))

    def tsquery(self, weights: str = "", *, exact: bool = False) -> str:
        """The full text query: every word, in the parts of the document with `weights` ("" = all of it).

        Unless `exact`, words match what begins with them: the last one always, others from three letters
        on or before a number ("cs 101"), but never numbers: "101 csci" is not also "1010".
        """
        return " & ".join(
            _alternatives(word, weights, prefix=not exact and self._may_be_a_beginning(at))
            for at, word in enumerate(self.words)
        )

    def _may_be_a_beginning(self, at: int) -> bool:
        text, behind = self.words[at].text, self.words[at + 1 : at + 2]
        if not behind:
            return True
        return text.isalpha() and (len(text) >= _PREFIX_FROM or behind[0].text[0].isdigit())

    def forgivable(self) -> list[str]:
        """The words that may be misspelt."""
        return [word.text for word in self.words if _is_forgivable(word.text)]

    def forgiving(self, candidates: Mapping[str, Iterable[str]]) -> Terms:
        """The same terms, where each word may also be a candidate that is one typo away."""
        most = min(_MAX_NEAR, _MAX_NEAR_IN_ALL // max(1, len(self.words)))
        return Terms(
            tuple(
                Word(word.text, _near(word.text, candidates.get(word.text, ()))[:most]) for word in self.words
            )
        )

    def write(self) -> str:
        """The terms as text, for a page token."""
        return " ".join("|".join((word.text, *word.near)) for word in self.words)

    @classmethod
    def read(cls, text: str) -> Terms:
        """What `write` wrote. Raises ValueError for anything else, which could be full text syntax."""
        if not _WRITTEN.fullmatch(text):
            raise ValueError("not the terms of a search")
        each = (part.split("|") for part in text.split(" ")[:MAX_WORDS])
        return cls(tuple(Word(word, tuple(near)) for word, *near in each))


def _alternatives(word: Word, weights: str, *, prefix: bool) -> str:
    suffix = ("*" if prefix else "") + weights
    label = f":{suffix}" if suffix else ""
    either = " | ".join(f"'{each}'{label}" for each in (word.text, *word.near))
    return f"({either})" if word.near else either


def _is_forgivable(text: str) -> bool:
    return len(text) >= _FORGIVING_FROM and text.isalpha()


def _near(text: str, candidates: Iterable[str]) -> tuple[str, ...]:
    close = (each for each in candidates if not each.startswith(text) and one_typo_apart(text, each))
    return tuple(sorted(close, key=lambda each: (abs(len(each) - len(text)), each)))


def one_typo_apart(typed: str, meant: str) -> bool:
    """Whether one insertion, deletion, replacement or swap of neighbours makes `typed` of `meant`, or of
    its beginning: the word may be unfinished as well."""
    beginnings = {meant[:length] for length in (len(typed) - 1, len(typed), len(typed) + 1)}
    return any(one_edit_apart(typed, beginning) for beginning in beginnings)


def one_edit_apart(one: str, other: str) -> bool:
    """Whether at most one edit (in the sense of Damerau) lies between two words."""
    if one == other:
        return True
    at = next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    return (
        one[at + 1 :] == other[at + 1 :]
        or one[at:] == other[at + 1 :]
        or one[at + 1 :] == other[at:]
        or (one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :])
    )
