"""The same number of context tokens for every column: the fair comparison of big chunks with small ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field

from rag_core.documents.document import Document
from rag_core.documents.sentences import truncate_to_tokens
from rag_core.part import register
from rag_core.parts.budget.base import Budget, Candidate, parents
from rag_core.stages.entries import Entry, Scored
from rag_core.text.tokenizers import get_tokenizer


@register
class ContextTokens(Budget):
    """Takes distinct chunks by rank until n tokens are full; the last is cut at a sentence end."""

    kind: Literal["tokens"] = "tokens"
    label: ClassVar[str] = "n context tokens"
    summary: ClassVar[str] = "Takes distinct chunks until n tokens are full; the last one is cut at a sentence end"

    tokens: int = Field(2000, ge=50, le=32_000, title="Context tokens", description="Most tokens handed to the answer")

    def short(self) -> str:
        """See Part."""
        return f"{self.tokens:,} context tokens"

    def take(
        self, ranked: Sequence[Scored], entries: Sequence[Entry], documents: Sequence[Document], searched: int
    ) -> list[Candidate]:
        """See Budget."""
        taken: list[Candidate] = []
        left = self.tokens
        for hit in parents(ranked, entries):
            document = documents[hit.document]
            count = get_tokenizer(document.tokenizer).count
            used = count(document.text[hit.span.start : hit.span.end])
            if used > left:
                # An empty column would say less than a part of a sentence.
                cut = truncate_to_tokens(document, hit.span, left, count, at_any_word=not taken)
                return taken + ([Candidate(hit.document, cut, hit.score, hit.via)] if cut else [])
            taken.append(hit)
            left -= used
        return taken
