"""How often extractive answers are wrong or withheld, by similarity alone and by the rule in use."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rag_core.answers.extractive import extractive_answer
from rag_core.answers.quotable import QuotableSentence, is_short_row, quotable_sentences
from rag_core.documents.document import Document
from rag_core.embeddings.minilm import MIN_ANSWER_SIMILARITY
from rag_core.geometry import Span
from rag_core.stages.column_vectors import ColumnVectors
from rag_core.stages.ordering import best_first
from rag_core.stages.results import Hit


class Question(NamedTuple):
    """`gold` has the spans that answer the question; it is empty for a question without an answer."""

    text: str
    gold: Sequence[Span]


class Outcome(NamedTuple):
    """Whether the hits contain the answer, and whether each of the cited sentences does."""

    held: bool
    cited: Sequence[bool]

    @property
    def wrong(self) -> bool:
        return bool(self.cited) and not any(self.cited)

    @property
    def withheld(self) -> bool:
        return self.held and not self.cited


class Asked(NamedTuple):
    """The outcomes for one question: `before`, by similarity alone, and `after`, by the rule in use."""

    before: Outcome
    after: Outcome


def ask(document: Document, question: Question, hits: Sequence[Hit], vectors: ColumnVectors) -> Asked:
    """The outcomes of a question for the hits of a column."""
    found = quotable_sentences(hits, [document])
    answer = extractive_answer(question.text, found, vectors)
    held = any(_overlaps(Span(hit.start, hit.end), question.gold) for hit in hits)
    before = [_overlaps(span, question.gold) for span in _by_similarity(question.text, found, vectors)]
    after = [_overlaps(Span(c.start, c.end), question.gold) for c in answer.citations]
    return Asked(Outcome(held, before), Outcome(held, after))


def _overlaps(span: Span, gold: Sequence[Span]) -> bool:
    return any(span.start < other.end and other.start < span.end for other in gold)


def _by_similarity(question: str, found: Sequence[QuotableSentence], vectors: ColumnVectors) -> list[Span]:
    """The sentences that an answer by similarity alone would cite: up to three, all within 80 % of the best."""
    spans = [candidate.span for candidate in found if not is_short_row(candidate.text)]
    if not spans:
        return []
    asked, document = vectors.of_query(question), found[0].document
    if vectors.late:
        spans = [spans[i] for i in sorted(best_first(vectors.of_spans(document, spans) @ asked)[:12])]
    rows = vectors.of_texts([document.text[start:end] for start, end in spans])
    similarity = rows @ asked
    chosen: list[int] = []
    for i in best_first(similarity):
        enough = similarity[i] >= max(MIN_ANSWER_SIMILARITY, 0.8 * similarity.max())
        if enough and all(rows[i] @ rows[j] < 0.9 for j in chosen):
            chosen.append(int(i))
    return [spans[i] for i in chosen[:3]]


def words_of(mark: str) -> str:
    """A pattern for the words of a mark with any white space between them."""
    return r"\s+".join(map(re.escape, mark.split()))


def marked(document: Document, page: int, marks: str) -> list[Span]:
    """The spans of the marks, separated by "|", anywhere in the document; one must be on the page."""
    spans = [
        Span(*match.span())
        for mark in marks.split("|")
        for match in re.finditer(rf"(?<![\w.,]){words_of(mark)}(?!\w|[.,]\d)", document.text)
    ]
    on_page = document.pages[page - 1]
    if not any(on_page.start <= span.start < on_page.end for span in spans):
        raise ValueError(f"{document.name} has none of {marks!r} on page {page}")
    return spans


def rates(outcomes: Sequence[Outcome], *, answerable: bool) -> str:
    """Wrong answers of all questions, and withheld ones of those whose answer is in the hits; "123 of 200"."""
    wrong = f"{sum(outcome.wrong for outcome in outcomes)}"
    if not answerable:
        return f"{wrong:>5} wrong of {len(outcomes)}"
    held = [outcome for outcome in outcomes if outcome.held]
    right = np.mean([any(outcome.cited) for outcome in held])
    withheld = sum(outcome.withheld for outcome in held)
    return f"{wrong:>5} wrong of {len(outcomes)}, {withheld} withheld and {right:.0%} right of {len(held)} held"
