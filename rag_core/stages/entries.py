"""What is indexed and what is found, between the parts of a strategy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from rag_core.geometry import Span


@dataclass(frozen=True, slots=True)
class Entry:
    """One text in the index and the chunk that it stands for.

    `kind` is "chunk", "child", "summary", "question" or "key phrase". `span` is None where the text is not one stretch
    of the document. `covers` are the stretches that the text shows to the embedding model, in reading order.
    """

    kind: str
    text: str
    chunk: Span
    span: Span | None = None
    covers: tuple[Span, ...] = ()
    document: int = 0

    @classmethod
    def of_span(cls, kind: str, text: str, span: Span, chunk: Span) -> Entry:
        """An entry whose text is a stretch of the document `text`."""
        return cls(kind, text[span.start : span.end], chunk, span, (span,))


class Scored(NamedTuple):
    """An entry's position in the index and its score."""

    entry: int
    score: float
