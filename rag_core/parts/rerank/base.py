"""What every reranker promises."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from rag_core.part import Part, Slot, add_slot
from rag_core.stages.entries import Entry, Scored


class Reranker(Part):
    """Re-scores what the search found."""

    slot: ClassVar[str] = "rerank"

    @abstractmethod
    def rerank(self, question: str, entries: Sequence[Entry], found: list[Scored]) -> list[Scored]:
        """The same entries with new scores, best first."""


add_slot(Slot("rerank", order=60, title="Reranking", default={"kind": "none"}, base=Reranker))
