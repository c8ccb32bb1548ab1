"""An index of terms that gives BM25 scores for entries made of units, at every level."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag_core.documents.document import Document
from rag_core.stages.units import Runs, Unit
from rag_core.text.placed_words import Occurrences, placed_words
from rag_core.text.terms import Words

K1, B = 1.5, 0.75
Scores = NDArray[np.float32]


class TermIndex:
    """The counts of terms by unit.

    BM25 in Lucene's form (Kamphuis et al. 2020, "Which BM25 Do You Mean?"): the sum over the terms of a query of
    `idf * tf / (tf + k1 * (1 - b + b * length / mean length))` with `idf = ln(1 + (N - df + 0.5) / (df + 0.5))`, where
    N, df and the mean length are those of one level. The length is the number of terms, or, without
    `numbers_lengthen`, of those that are no numbers.
    """

    def __init__(
        self,
        units: Sequence[Unit],
        runs: Runs,
        documents: Sequence[Document],
        words: Words,
        *,
        numbers_lengthen: bool = True,
    ) -> None:
        self._words = words
        self._runs = runs
        self._units = len(units)
        self._ids: dict[str, int] = {}
        found = [
            self._occurrences([(i, unit) for i, unit in enumerate(units) if unit.document == number], document)
            for number, document in enumerate(documents)
        ]
        terms, owners = map(np.concatenate, zip(*found, strict=True))
        self._order_by_term(terms, owners)
        if not numbers_lengthen:
            is_word = np.array([not term.isdecimal() for term in self._ids], np.bool_)
            owners = owners[is_word[terms]]
        lengths = runs.sums(np.bincount(owners, minlength=len(units)))
        mean = lengths.mean(axis=1, keepdims=True)
        share = np.divide(lengths, mean, out=np.zeros_like(lengths), where=mean > 0)
        self._damping = (K1 * (1 - B + B * share)).astype(np.float32)

    def scores(self, query: str) -> Scores:
        """The BM25 scores of all entries, shape (levels, entries); 0 where no term of the query occurs."""
        total = np.zeros(self._runs.first.shape, np.float32)
        for term, times in Counter(self._words.terms(query)).items():
            total += times * self.term_scores(term)
        return total

    def shares(self, query: str, entries: Sequence[int]) -> dict[str, NDArray[np.float64]]:
        """What each term of the query adds to the scores of some entries, as the mean over the levels.

        Arrays of shape (len(entries),), which add up to the means of `scores`.
        """
        counted = Counter(self._words.terms(query)).items()
        return {term: times * self.term_scores(term)[:, entries].mean(axis=0, dtype=float) for term, times in counted}

    def term_scores(self, term: str) -> Scores:
        """The share of one term in the scores of all entries, shape (levels, entries)."""
        number = self._ids.get(term)
        if number is None:
            return np.zeros(self._runs.first.shape, np.float32)
        held = slice(self._bounds[number], self._bounds[number + 1])
        of_units = np.zeros(self._units)
        of_units[self._owners[held]] = self._counts[held]
        counts = self._runs.sums(of_units).astype(np.float32)
        holding = np.count_nonzero(counts, axis=1, keepdims=True)
        weights = np.log(1 + (counts.shape[1] - holding + 0.5) / (holding + 0.5)).astype(np.float32)
        return np.asarray(weights * (counts / (counts + self._damping)), np.float32)

    def _occurrences(self, numbered: Sequence[tuple[int, Unit]], document: Document) -> Occurrences:
        """The terms of the units of one document; the spans of the result are positions of units in the index."""
        placed = placed_words(document.text, self._words)
        found = placed.occurrences([span for _, unit in numbered for span in unit.spans])
        owners = np.array([i for i, unit in numbered for _ in unit.spans], np.int64)
        numbers = np.array([self._number(term) for term in placed.terms()], np.int64)
        texts = [(i, unit.written) for i, unit in numbered if unit.written]
        written = [(i, self._number(term)) for i, text in texts for term in self._words.terms(text)]
        return Occurrences(
            np.concatenate((numbers[found.terms], np.array([number for _, number in written], np.int64))),
            np.concatenate((owners[found.spans], np.array([i for i, _ in written], np.int64))),
        )

    def _number(self, term: str) -> int:
        return self._ids.setdefault(term, len(self._ids))

    def _order_by_term(self, terms: NDArray[np.int64], owners: NDArray[np.int64]) -> None:
        keys, counts = np.unique(terms * max(self._units, 1) + owners, return_counts=True)
        self._owners, self._counts = keys % max(self._units, 1), counts
        self._bounds = np.searchsorted(keys, np.arange(len(self._ids) + 1) * max(self._units, 1))
