"""The terms of any span of a text, from one reading of the text."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag_core.geometry import Span
from rag_core.text.terms import Term, Words
from rag_core.text.word_pieces import WORD


class Occurrences(NamedTuple):
    """The terms in several spans, in arrays of shape (occurrences,).

    `terms` holds ids of terms, `spans` the positions of the spans that contain them.
    """

    terms: NDArray[np.int64]
    spans: NDArray[np.int64]


class PlacedWords:
    """The terms of a text with their positions."""

    def __init__(self, text: str, words: Words) -> None:
        self._text, self._words = text, words
        self._ids: dict[str, int] = {}
        self._lock = threading.Lock()
        self._words_at = np.array([match.span() for match in WORD.finditer(text)], np.int64).reshape(-1, 2)
        self._starts, self._terms = self._all_terms()

    def terms(self) -> list[str]:
        """The distinct terms that were found so far; the position of a term in this list is its id."""
        return list(self._ids)

    def occurrences(self, spans: Sequence[Span]) -> Occurrences:
        """The terms that each of the spans has as a text of its own; what a span cuts off of a word is another word."""
        edges = np.array(spans, np.int64).reshape(-1, 2)
        first, last = np.searchsorted(self._starts, edges).T
        cut = np.flatnonzero(self._inside_word(edges).any(axis=1)).tolist()
        last[cut] = first[cut]
        counts = last - first
        places = np.repeat(first - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())
        parts = [(self._terms[places], np.repeat(np.arange(len(edges)), counts))]
        for i in cut:
            terms = self._numbers(list(self._words.placed(self._text[slice(*spans[i])])))
            parts.append((terms, np.full(len(terms), i)))
        return Occurrences(*map(np.concatenate, zip(*parts, strict=True)))

    def _all_terms(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The start and the id of every term, from one look at each distinct word."""
        words = [self._text[start:end] for start, end in self._words_at.tolist()]
        terms_of = {word: list(self._words.placed(word)) for word in set(words)}
        begins = self._words_at[:, 0].tolist()
        placed = [(begin, term) for begin, word in zip(begins, words, strict=True) for term in terms_of[word]]
        starts = np.array([begin + term.start for begin, term in placed], np.int64)
        return starts, self._numbers([term for _, term in placed])

    def _numbers(self, placed: Sequence[Term]) -> NDArray[np.int64]:
        with self._lock:
            return np.array([self._ids.setdefault(term.text, len(self._ids)) for term in placed], np.int64)

    def _inside_word(self, edges: NDArray[np.int64]) -> NDArray[np.bool_]:
        if not len(self._words_at):
            return np.zeros(edges.shape, np.bool_)
        starts, ends = self._words_at.T
        before = np.searchsorted(starts, edges, side="left") - 1
        return np.asarray((before >= 0) & (edges < ends[before]))


@lru_cache(maxsize=32)
def placed_words(text: str, words: Words) -> PlacedWords:
    """The words of a text; those of recently used texts are cached."""
    return PlacedWords(text, words)
