"""Words: how a query's text becomes words, and which words of the catalog a misspelt one may be."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import ARRAY, Text, bindparam, func, select, true

from services.catalog.model.search import Terms
from services.catalog.model.text import storable
from services.catalog.queries.source import Source
from services.catalog.tables import search_words

_CANDIDATES = 200
"""How many of the most similar words are looked at; one typo leaves a word well within them."""

_WORDS = select(func.search_text(bindparam("text", type_=Text)).label("words"))
_ASKED = func.unnest(bindparam("asked", type_=ARRAY(Text))).table_valued("word").render_derived("asked")
_NEAREST = (
    select(search_words.c.word)
    .order_by(search_words.c.word.op("<->")(_ASKED.c.word))
    .limit(_CANDIDATES)
    .lateral("nearest")
)
_SIMILAR = select(_ASKED.c.word.label("asked"), _NEAREST.c.word).select_from(_ASKED.join(_NEAREST, true()))


async def words(tx: Source, text: str) -> str:
    """The words of a text, parted by spaces, as the database finds them in what is searched."""
    found = await tx.one(_WORDS, text=storable(text))
    assert found is not None
    return str(found.words).strip()


async def forgive(tx: Source, terms: Terms) -> Terms | None:
    """The terms with what may be meant by misspelt words; None when there is nothing to forgive."""
    asked = terms.forgivable()
    if not asked:
        return None
    candidates: dict[str, list[str]] = defaultdict(list)
    for row in await tx.all(_SIMILAR, asked=asked):
        candidates[row.asked].append(row.word)
    forgiven = terms.forgiving(candidates)
    return forgiven if forgiven != terms else None
