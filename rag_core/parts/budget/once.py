"""Candidates in document order, without the text that one has in common with those before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.stages.candidate import Candidate


def each_text_once(candidates: Sequence[Candidate], documents: Sequence[Document]) -> list[Candidate]:
    """The candidates, each from where those before it end; those that have nothing of their own are left out.

    They must be in the order of their starts in each document.
    """
    reached: dict[int, int] = {}
    found = []
    for candidate in candidates:
        span, end = candidate.span, reached.get(candidate.document, 0)
        if span.start < end:
            span = _stripped_left(documents[candidate.document].text, Span(min(end, span.end), span.end))
        if span.start < span.end:
            found.append(candidate if span == candidate.span else replace(candidate, span=span))
        reached[candidate.document] = max(end, span.end)
    return found


def _stripped_left(text: str, span: Span) -> Span:
    rest = text[span.start : span.end]
    return Span(span.end - len(rest.lstrip()), span.end)
