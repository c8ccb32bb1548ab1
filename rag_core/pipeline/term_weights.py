"""The words of a question that BM25 counts in a hit: what each adds to the score, and where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rag_core.geometry import Span
from rag_core.pipeline.build import StrategyIndex
from rag_core.stages.candidate import Candidate
from rag_core.stages.explanation import TermWeight
from rag_core.stages.query import Query
from rag_core.stages.retrieval import Retrieval
from rag_core.text.spans import intersection, union
from rag_core.text.terms import Words


def term_weights(built: StrategyIndex, retrieval: Retrieval) -> list[list[TermWeight]] | None:
    """For each hit, the words of the question, those that add most to its BM25 score first; None if it has none."""
    best = [candidate.via[0].entry for candidate in retrieval.candidates]
    shares = built.strategy.search.term_shares(built.index, retrieval.queries, best)
    if shares is None:
        return None
    asked = _as_asked(shares.words, retrieval.queries)
    found = []
    for i, candidate in enumerate(retrieval.candidates):
        weights = {term: float(added[i]) for term, added in shares.by_term.items()}
        places = _places(built, candidate, shares.words, weights)
        terms = [TermWeight(asked[term], weight, places[term]) for term, weight in weights.items()]
        found.append(sorted(terms, key=lambda term: -term.weight))
    return found


def _as_asked(words: Words, queries: Sequence[Query]) -> dict[str, str]:
    """The terms of the queries, each as it is first written there."""
    asked: dict[str, str] = {}
    for query in queries:
        for term in words.placed(query.text):
            asked.setdefault(term.text, query.text[term.start : term.end])
    return asked


def _places(
    built: StrategyIndex, candidate: Candidate, words: Words, weights: Mapping[str, float]
) -> dict[str, list[Span]]:
    """Where the hit's text has each of the terms that counts for its best entry."""
    text = built.documents[candidate.document].text
    places: dict[str, dict[Span, None]] = {term: {} for term in weights}
    for span in _counted(built, candidate):
        for term in words.placed(text[span.start : span.end]):
            if weights.get(term.text):
                places[term.text][Span(span.start + term.start, span.start + term.end)] = None
    return {term: list(found) for term, found in places.items()}


def _counted(built: StrategyIndex, candidate: Candidate) -> Iterator[Span]:
    """The texts in the hit in which the best entry's words are counted, one by one: a word cut by their ends is two.

    These are the spans that are indexed for the entry; of an entry with several levels, all chunks in its windows.
    """
    entry = built.entries[candidate.via[0].entry]
    levels = range(max(len(entry.windows), 1))
    reach = intersection(union(span for level in levels for span in entry.read_spans(level)), [candidate.span])
    texts: Sequence[Span] = entry.read_spans()
    if len(levels) > 1:
        texts = [chunk for chunk in built.chunks[candidate.document] if chunk.end > candidate.span.start]
        texts = [chunk for chunk in texts if chunk.start < candidate.span.end]
    for one in sorted(set(texts)):
        yield from intersection([one], reach)
