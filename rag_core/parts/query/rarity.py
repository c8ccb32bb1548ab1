"""How rare words are in documents."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

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
    total, holding = 0, dict.fromkeys(terms, 0)
    for document in documents:
        placed = placed_words(document.text, words)
        lines = [Span(*match.span()) for match in LINE.finditer(document.text)]
        found = placed.occurrences(lines)
        known = placed.terms()
        pairs = np.unique(found.spans * len(known) + found.terms)  # a line that has a term twice counts once
        counts = np.bincount(pairs % max(len(known), 1), minlength=len(known))
        for term, count in zip(known, counts.tolist(), strict=True):
            if term in holding:
                holding[term] += count
        total += len(lines)
    return {term: math.log(1 + (total - n + 0.5) / (n + 0.5)) for term, n in holding.items() if n}
