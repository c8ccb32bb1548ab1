"""The k best entries, one hit each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field

from rag_core.documents.document import Document
from rag_core.part import register
from rag_core.parts.budget.base import Budget, Candidate
from rag_core.stages.entries import Entry, Scored


@register
class Hits(Budget):
    """Takes k entries; where several stand for one chunk, k hits are fewer distinct texts, and the page says so."""

    kind: Literal["hits"] = "hits"
    label: ClassVar[str] = "k hits"
    summary: ClassVar[str] = "Takes the k best entries, one hit each, even where two lead to the same chunk"

    hits: int = Field(2, ge=1, le=50, title="Hits", description="Number of entries taken")

    def short(self) -> str:
        """See Part."""
        return f"{self.hits} hits"

    def take(
        self, ranked: Sequence[Scored], entries: Sequence[Entry], documents: Sequence[Document], searched: int
    ) -> list[Candidate]:
        """See Budget."""
        best = [(scored, entries[scored.entry]) for scored in ranked[: self.hits]]
        return [Candidate(entry.document, entry.chunk, scored.score, [scored]) for scored, entry in best]
