"""Distinct chunks: several entries that lead to one chunk are one hit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field

from rag_core.documents.document import Document
from rag_core.part import register
from rag_core.parts.budget.base import Budget, Candidate, parents
from rag_core.stages.entries import Entry, Scored


@register
class DistinctParents(Budget):
    """Takes k distinct chunks; without a number, those that the search's entries lead to, as LlamaIndex does."""

    kind: Literal["distinct_parents"] = "distinct_parents"
    label: ClassVar[str] = "k distinct parents"
    summary: ClassVar[str] = "Takes distinct chunks: going on until there are k, or those of the entries searched"

    hits: int | None = Field(
        None,
        ge=1,
        le=50,
        title="Distinct parents",
        description="Number of distinct chunks taken; empty: those that the searched entries lead to",
    )

    @property
    def sets_number(self) -> bool:
        """See Budget."""
        return self.hits is not None

    def short(self) -> str:
        """See Part."""
        return "distinct parents" if self.hits is None else f"{self.hits} distinct parents"

    def take(
        self, ranked: Sequence[Scored], entries: Sequence[Entry], documents: Sequence[Document], searched: int
    ) -> list[Candidate]:
        """See Budget."""
        return parents(ranked[:searched], entries) if self.hits is None else parents(ranked, entries, self.hits)
