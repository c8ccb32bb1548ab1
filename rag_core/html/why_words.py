"""The words of a hit, each with what it adds to the dense score and how much BM25 counts it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from rag_core.geometry import Span
from rag_core.stages.explanation import Explanation, TermWeight
from rag_core.stages.results import Hit
from rag_core.text.numbers import three_digits
from rag_core.text.word_spans import word_spans


class Word(NamedTuple):
    """Text that is explained alike; `title` says how, and `weight` is 0, or how much BM25 counts it, up to 1."""

    text: str
    title: str
    weight: float


class _Stretch(NamedTuple):
    start: int
    end: int
    title: str
    weight: float


class ExplainedWords:
    """The text of one hit in words, and what is between them."""

    def __init__(self, text: str, hit: Hit, why: Explanation) -> None:
        self._text, self._hit = text, hit
        self._terms = sorted((place, term) for term in why.terms or () for place in term.places)
        self._heaviest = max((term.weight for term in why.terms or ()), default=0.0)
        self._shares = _shares(text, hit, why)
        self._stretches = self._cut()
        self._starts = [stretch.start for stretch in self._stretches]

    def between(self, start: int, end: int) -> list[Word]:
        """The text from `start` to `end` in words; those at its ends may be cut off."""
        found = []
        for stretch in self._stretches[max(bisect_right(self._starts, start) - 1, 0) :]:
            if stretch.start >= end:
                break
            shown = self._text[max(stretch.start, start) : min(stretch.end, end)]
            if shown:
                found.append(Word(shown, stretch.title, stretch.weight))
        return found

    def _cut(self) -> list[_Stretch]:
        """The hit, cut where a word or a term of the question begins or ends."""
        edges = {edge for place, _ in self._terms for edge in place} | {e for word in self._shares for e in word}
        cuts = sorted({self._hit.start, self._hit.end, *edges})
        words, at = sorted(self._shares), 0
        found = []
        for start, end in pairwise(cuts):
            while at < len(words) and words[at].end <= start:
                at += 1
            word = words[at] if at < len(words) and words[at].start <= start else None
            found.append(self._stretch(start, end, word))
        return found

    def _stretch(self, start: int, end: int, word: Span | None) -> _Stretch:
        terms = self._terms_at(start)
        titles = [self._of_term(term) for term in terms]
        if word is not None:
            titles.append(f"adds {self._shares[word]:.4f} to dense {three_digits(self._hit.scores['dense'])}")
        weight = max((term.weight for term in terms), default=0.0)
        return _Stretch(start, end, " · ".join(titles), weight / self._heaviest if weight else 0.0)

    def _terms_at(self, position: int) -> Sequence[TermWeight]:
        """The terms that are counted there; pairs of characters of a word without spaces overlap."""
        last = bisect_right(self._terms, position, key=lambda one: one[0].start)
        near = self._terms[max(last - 2, 0) : last]
        return [term for place, term in near if position < place.end]

    def _of_term(self, term: TermWeight) -> str:
        of = f"to BM25 {three_digits(self._hit.scores['bm25'])}"
        return f"“{term.word}” adds {term.weight:.2f} {of}"


def _shares(text: str, hit: Hit, why: Explanation) -> dict[Span, float]:
    """What each word of the hit adds to its dense score; a word ends where a piece does. Empty if unknown."""
    if why.dense is None:
        return {}
    edges = sorted({hit.start, hit.end, *(edge for piece in why.pieces for edge in piece[:2])})
    words = [word for a, b in pairwise(edges) for word in word_spans(text, Span(a, b))]
    shares = why.dense.of([word.start for word in words], hit.end) if words else []
    return {word: share for word, (share, _) in zip(words, shares, strict=True)}
