"""Extractive answers: the sentences of the hits that answer the question best, each citing its hit.

A sentence must be similar to the question and share with it what it asks for: see `shared_words`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from rag_core.answers.asked import asked
from rag_core.answers.prompts import NOT_FOUND
from rag_core.answers.quotable import QuotableSentence, is_short_row
from rag_core.answers.shared_words import NEARBY_CHARACTERS, SharedWords
from rag_core.geometry import Span
from rag_core.stages.column_vectors import ColumnVectors
from rag_core.stages.ordering import best_first
from rag_core.stages.results import Answer, Citation

MODEL_NAME = "extractive"
MAX_SENTENCES = 3
# How far the scores of further sentences may lie below the best one.
MARGIN = 0.18
# The share of the question's words that must be in a sentence or just before it, for models whose scale of
# similarities was not measured.
MIN_SHARE = 0.25
_SHORTLISTED = 12
_REPETITION = 0.9
_MAX_NAMED = 3


class Judged(NamedTuple):
    """A candidate with what it shares with the question: `bonus` is added to its similarity."""

    candidate: QuotableSentence
    bonus: float
    share: float


def compared(question: str, found: Sequence[QuotableSentence]) -> dict[int, SharedWords]:
    """For each hit with candidates, by rank, the comparison of its sentences with what the question asks for."""
    hits = {candidate.hit.rank: candidate for candidate in found}
    return {
        rank: SharedWords(asked(question), candidate.document, Span(candidate.hit.start, candidate.hit.end))
        for rank, candidate in hits.items()
    }


def judged(found: Sequence[QuotableSentence], shared: Mapping[int, SharedWords]) -> list[Judged]:
    """The candidates that are not about another year, month, quarter or half than the question names.

    Of table rows with few words, only those that share a word with the question.
    """
    kept = []
    for candidate in found:
        words, span = shared[candidate.hit.rank], candidate.span
        if not words.of_another_period(span) and (words.share(span) or not is_short_row(candidate.text)):
            kept.append(Judged(candidate, words.bonus(span), words.share(span, NEARBY_CHARACTERS)))
    return kept


def shortlist(question: str, found: Sequence[Judged], vectors: ColumnVectors) -> list[Judged]:
    """The candidates to embed separately: all, or with late pooling the best ones by their pooled vectors.

    Pooled vectors need no further call of the model.
    """
    if not vectors.late or len(found) <= _SHORTLISTED:
        return list(found)
    scores = np.array([bonus for _, bonus, _ in found], np.float32)
    for document in {candidate.document.id: candidate.document for candidate, _, _ in found}.values():
        rows = [i for i, (candidate, _, _) in enumerate(found) if candidate.document is document]
        spans = [found[i].candidate.span for i in rows]
        scores[rows] += vectors.of_spans(document, spans) @ vectors.of_query(question)
    return [found[i] for i in sorted(best_first(scores)[:_SHORTLISTED])]


def extractive_answer(question: str, found: Sequence[QuotableSentence], vectors: ColumnVectors) -> Answer:
    """An answer of at most three sentences, best first, without near-duplicates; "not found" if none qualifies.

    A sentence's score is its similarity to the question plus its bonus for what both share. It must reach the embedding
    model's `min_answer_similarity`, and for further sentences also the best score less `MARGIN`.
    """
    shared = compared(question, found)
    candidates = shortlist(question, judged(found, shared), vectors)
    chosen = _chosen(question, candidates, vectors) if candidates else []
    if not chosen:
        return Answer(text=_not_found(question, list(shared.values())), citations=[], model=MODEL_NAME)
    text = " ".join(f"{candidate.text} [{candidate.hit.rank}]" for candidate in chosen)
    cited = [Citation(hit=c.hit.rank, start=c.span.start, end=c.span.end) for c in chosen]
    return Answer(text=text, citations=cited, model=MODEL_NAME)


def _chosen(question: str, candidates: Sequence[Judged], vectors: ColumnVectors) -> list[QuotableSentence]:
    rows = vectors.of_texts([judged.candidate.quoted for judged in candidates])
    scores = rows @ vectors.of_query(question) + np.array([judged.bonus for judged in candidates], np.float32)
    threshold = vectors.model.info.min_answer_similarity
    if threshold is None:
        qualified = np.array([judged.share >= MIN_SHARE for judged in candidates])
    else:
        qualified = scores >= threshold
    least = max(scores[qualified], default=np.inf) - MARGIN
    chosen: list[int] = []
    for i in best_first(scores):
        if qualified[i] and scores[i] >= least and all(rows[i] @ rows[j] < _REPETITION for j in chosen):
            chosen.append(int(i))
    return [candidates[i].candidate for i in chosen[:MAX_SENTENCES]]


def _not_found(question: str, hits: Sequence[SharedWords]) -> str:
    """That no sentence answers the question, and which of its words and periods no hit has."""
    named = asked(question).named if hits else ()
    unnamed = [shown for shown, thing in named if all(hit.lacks(thing) for hit in hits)]
    if not unnamed:
        return NOT_FOUND
    return f"{NOT_FOUND} No hit mentions {' or '.join(f'“{name}”' for name in unnamed[:_MAX_NAMED])}."
