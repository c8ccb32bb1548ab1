"""Answers without an LLM: the best sentences of the hits by similarity to the question, each citing its hit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rag_core.answers.prompts import NOT_FOUND
from rag_core.documents.document import Document
from rag_core.documents.sentences import sentences
from rag_core.geometry import Span
from rag_core.stages.column_vectors import ColumnVectors
from rag_core.stages.ordering import best_first
from rag_core.stages.results import Answer, Citation, Hit

MODEL_NAME = "extractive"
MAX_SENTENCES = 3
# A further sentence must come this near the best: 2.4 sentences an answer instead of 2.6 at 0.6, and as many answers
# (70 %) with a sentence of the gold excerpt; from 0.85 on these become fewer.
SHARE_OF_BEST = 0.8
_SHORTLISTED = 12
_REPETITION = 0.9
_MIN_WORDS = 4
_MIN_CHARACTERS = 8
_MAX_HEADING_WORDS = 10
_SENTENCE_ENDS = (".", "!", "?", ":", ";", "…", '"', "”", ")", "。", "！", "？")  # noqa: RUF001
_SECTION_NUMBER = re.compile(r"^(?:[A-Z]?\d+(?:\.\d+)*\.?|[IVX]+\.)\s+")


class QuotableSentence(NamedTuple):
    """A sentence of a hit."""

    hit: Hit
    document: Document
    span: Span
    text: str

    @property
    def quoted(self) -> str:
        """As it stands in the document."""
        return self.document.text[self.span.start : self.span.end]


def shortlist(question: str, found: Sequence[QuotableSentence], vectors: ColumnVectors) -> list[QuotableSentence]:
    """The candidates worth embedding alone: of a column with late pooling, whose vectors cost nothing, the nearest."""
    if not vectors.late or len(found) <= _SHORTLISTED:
        return list(found)
    similarity = np.zeros(len(found), np.float32)
    for document in {candidate.document.id: candidate.document for candidate in found}.values():
        rows = [i for i, candidate in enumerate(found) if candidate.document is document]
        similarity[rows] = vectors.of_spans(document, [found[i].span for i in rows]) @ vectors.of_query(question)
    nearest = best_first(similarity)[:_SHORTLISTED]
    return [found[i] for i in sorted(nearest)]


def quotable_sentences(hits: Sequence[Hit], documents: Sequence[Document]) -> list[QuotableSentence]:
    """All sentences of the hits that say something, by rank; one that stands in two hits counts for the better."""
    by_id = {document.id: document for document in documents}
    found: dict[tuple[str, Span], QuotableSentence] = {}
    for hit in hits:
        document = by_id[hit.document]
        for span in sentences(document, Span(hit.start, hit.end)):
            text = re.sub(r"\s+", " ", document.text[span.start : span.end])
            if _says_something(text):
                found.setdefault((hit.document, span), QuotableSentence(hit, document, span, text))
    return list(found.values())


def _says_something(text: str) -> bool:
    """Whether it can answer at all: a sentence or a table row, not a heading ("4.3 Per chunk or late")."""
    if not text.isascii() and len(text.split()) < _MIN_WORDS:
        return len(text) >= _MIN_CHARACTERS  # Chinese and Japanese write no spaces
    if text.endswith(_SENTENCE_ENDS):
        return len(text.split()) >= _MIN_WORDS
    unnumbered = _SECTION_NUMBER.sub("", text)
    return len(text.split()) >= _MAX_HEADING_WORDS or (
        len(text.split()) >= _MIN_WORDS and any(c.isdigit() for c in unnumbered)
    )


def extractive_answer(question: str, found: Sequence[QuotableSentence], vectors: ColumnVectors) -> Answer:
    """At most three sentences, best first, near-repetitions left out; "not found" where none is similar enough."""
    if not found:
        return Answer(text=NOT_FOUND, citations=[], model=MODEL_NAME)
    rows = vectors.of_texts([candidate.quoted for candidate in found])
    similarity = rows @ vectors.of_query(question)
    threshold = vectors.model.info.min_answer_similarity
    least = max(-1.0 if threshold is None else threshold, SHARE_OF_BEST * similarity.max())
    chosen: list[int] = []
    for i in best_first(similarity):
        if len(chosen) == MAX_SENTENCES or similarity[i] < least:
            break
        if all(rows[i] @ rows[j] < _REPETITION for j in chosen):
            chosen.append(int(i))
    return _answer([found[i] for i in chosen])


def _answer(chosen: Sequence[QuotableSentence]) -> Answer:
    if not chosen:
        return Answer(text=NOT_FOUND, citations=[], model=MODEL_NAME)
    text = " ".join(f"{candidate.text} [{candidate.hit.rank}]" for candidate in chosen)
    cited = [Citation(hit=c.hit.rank, start=c.span.start, end=c.span.end) for c in chosen]
    return Answer(text=text, citations=cited, model=MODEL_NAME)
