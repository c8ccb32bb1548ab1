"""How rare words are in documents."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.text.placed_words import placed_words
from rag_core.text.terms import Words

LINE = re.compile(r"[^\n]*\S[^\n]*")


def rarities(terms: Sequence[str], documents: Sequence[Document], words: Words) -> dict[str, float]:
    """The inverse document frequencies of those terms that occur, counted over the lines of the documents.

    A line is a paragraph in the text of a PDF. The frequency is that of BM25: `ln(1 + (N - n + 0.5) / (n + 0.5))` for a
    term in n of N lines.
    """
    counted = [_lines_of(document.text, words) for document in documents]
    total = sum(one.lines for one in counted)
    holding = {term: sum(one.holding.get(term, 0) for one in counted) for term in terms}
    return {term: math.log(1 + (total - n + 0.5) / (n + 0.5)) for term, n in holding.items() if n}


class _Lines(NamedTuple):
    """The number of lines of a text, and for each term how many of them have it."""

    lines: int
    holding: Mapping[str, int]


@lru_cache(maxsize=32)
def _lines_of(text: str, words: Words) -> _Lines:
    """The lines of a text with their terms; those of recently used texts are cached for the next question."""
    placed = placed_words(text, words)
    lines = [Span(*match.span()) for match in LINE.finditer(text)]
    found = placed.occurrences(lines)
    known = placed.terms()
    pairs = np.unique(found.spans * len(known) + found.terms)  # a line that has a term twice counts once
    counts = np.bincount(pairs % max(len(known), 1), minlength=len(known))
    return _Lines(len(lines), dict(zip(known, counts.tolist(), strict=True)))
