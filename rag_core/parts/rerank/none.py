"""No reranking: the search's order stays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from rag_core.part import register
from rag_core.parts.rerank.base import Reranker
from rag_core.stages.entries import Entry, Scored


@register
class NoReranking(Reranker):
    """Keeps the search's scores and order."""

    kind: Literal["none"] = "none"
    label: ClassVar[str] = "No reranking"
    summary: ClassVar[str] = "Keeps the search's scores and order"

    def short(self) -> str:
        """See Part."""
        return "none"

    def rerank(self, question: str, entries: Sequence[Entry], found: list[Scored]) -> list[Scored]:
        """See Reranker."""
        return found
