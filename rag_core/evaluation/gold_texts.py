"""Gold excerpts that were found in one parser's text of a document, in the text of another parser."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rag_core.documents.document import Document
from rag_core.evaluation.matching import MatchedQuestion
from rag_core.geometry import Span
from rag_core.pipeline.aligned import aligned
from rag_core.text.numbers import percent
from rag_core.text.spans import length, union


class GoldIn(NamedTuple):
    """The spans of a question's excerpts in a text, and how many of their characters that text does not have."""

    spans: tuple[Span, ...]
    lost: int


def gold_in(matched: MatchedQuestion, document: Document) -> GoldIn:
    """The excerpts in the text of the document, another parser's text of the same file or the one they are from."""
    if not matched.gold or matched.document.id == document.id:
        return GoldIn(matched.gold, 0)
    alignment = aligned(matched.document, document)
    spans: list[Span] = []
    lost = 0.0
    for excerpt in union(matched.gold):
        placed = alignment.span_in_b(excerpt)
        spans += placed.spans if placed else ()
        lost += (excerpt.end - excerpt.start) * (1 - (placed.share if placed else 0.0))
    return GoldIn(tuple(union(spans)), round(lost))


def gold_notices(questions: Sequence[MatchedQuestion], documents: Sequence[Document]) -> list[str]:
    """A sentence for each document whose excerpts are from another parser's text than the one that is searched."""
    searched = {document.source_id: document for document in documents}
    known = {document.id for document in documents}
    others = {one.document.id: one.document for one in questions if one.gold and one.document.id not in known}
    return [_notice(other, searched[other.source_id], questions) for other in others.values()]


def _notice(given: Document, searched: Document, questions: Sequence[MatchedQuestion]) -> str:
    about = [one for one in questions if one.document.id == given.id]
    lost = sum(gold_in(one, searched).lost for one in about)
    whole = sum(length(union(one.gold)) for one in about)
    return (
        f"The excerpts from {given.label} were found in its text by the parser {given.parser} and are measured where "
        f"they stand in the text by {searched.parser}: {percent(1 - lost / whole)} of their characters have a place "
        "there, and the rest counts as not retrieved."
    )
