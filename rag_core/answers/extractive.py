"""Extractive answers: the sentences of the hits that are most similar to the question, each citing its hit."""

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
# Minimum similarity of further sentences, relative to the best. At 0.8 answers have 2.4 sentences on average instead
# of 2.6 at 0.6, and still 70 % of them contain a sentence of the gold excerpt; from 0.85 on, fewer do.
SHARE_OF_BEST = 0.8
_SHORTLISTED = 12
_REPETITION = 0.9
_MIN_WORDS = 4
_MIN_CHARACTERS = 8
_MAX_HEADING_WORDS = 10
_SENTENCE_ENDS = (".", "!", "?", ":", ";", "…", '"', "”", ")", "。", "！", "？")  # noqa: RUF001
_SECTION_NUMBER = re.compile(r"^(?:[A-Z]?\d+(?:\.\d+)*\.?|[IVX]+\.)\s+")


class QuotableSentence(NamedTuple):
    """A sentence of a hit; `text` has single spaces for white space, and `span` is its position in the document."""

    hit: Hit
    document: Document
    span: Span
    text: str

    @property
    def quoted(self) -> str:
        """The text of the sentence exactly as in the document."""
        return self.document.text[self.span.start : self.span.end]


def shortlist(question: str, found: Sequence[QuotableSentence], vectors: ColumnVectors) -> list[QuotableSentence]:
    """The candidates to embed separately: all, or with late pooling those nearest to the question by pooled vectors.

    Pooled vectors need no further call of the model.
    """
    if not vectors.late or len(found) <= _SHORTLISTED:
        return list(found)
    similarity = np.zeros(len(found), np.float32)
    for document in {candidate.document.id: candidate.document for candidate in found}.values():
        rows = [i for i, candidate in enumerate(found) if candidate.document is document]
        similarity[rows] = vectors.of_spans(document, [found[i].span for i in rows]) @ vectors.of_query(question)
    nearest = best_first(similarity)[:_SHORTLISTED]
    return [found[i] for i in sorted(nearest)]


def quotable_sentences(hits: Sequence[Hit], documents: Sequence[Document]) -> list[QuotableSentence]:
    """The informative sentences of the hits, by rank; a sentence in two hits is listed for the better one only."""
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
    """Whether a text can answer a question: a sentence or a table row, not a heading ("4.3 Per chunk or late")."""
    if not text.isascii() and len(text.split()) < _MIN_WORDS:
        return len(text) >= _MIN_CHARACTERS  # Chinese and Japanese write no spaces
    if text.endswith(_SENTENCE_ENDS):
        return len(text.split()) >= _MIN_WORDS
    unnumbered = _SECTION_NUMBER.sub("", text)
    return len(text.split()) >= _MAX_HEADING_WORDS or (
        len(text.split()) >= _MIN_WORDS and any(c.isdigit() for c in unnumbered)
    )


def extractive_answer(question: str, found: Sequence[QuotableSentence], vectors: ColumnVectors) -> Answer:
    """An answer of at most three sentences, best first, without near-duplicates; "not found" if none qualifies.

    The best sentence must reach the embedding model's `min_answer_similarity`, further ones also `SHARE_OF_BEST`.
    """
    if not found:
        return Answer(text=NOT_FOUND, citations=[], model=MODEL_NAME)
    rows = vectors.of_texts([candidate.quoted for candidate in found])
    similarity = rows @ vectors.of_query(question)
    threshold = vectors.model.info.min_answer_similarity
    min_similarity = max(-1.0 if threshold is None else threshold, SHARE_OF_BEST * similarity.max())
    chosen: list[int] = []
    for i in best_first(similarity):
        if len(chosen) == MAX_SENTENCES or similarity[i] < min_similarity:
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
