from typing import ClassVar, Literal

from pydantic import Field

from rag_core.part import register
from rag_core.parts.rerank.base import Reranker, reranked


@register
class ToyReranker(Reranker):
    """Puts those first whose last words, read by the embedding model, are most like the question."""

    kind: Literal["toy_rerank"] = "toy_rerank"
    label: ClassVar[str] = "Toy reranker"
    summary: ClassVar[str] = "Toy: compares the ends of texts with the question"

    entries: int = Field(3, ge=1, le=50, title="Toy entries", description="Entries re-scored")

    def rerank(self, question, ranking, built, resources):
        first = ranking.scored[: self.entries]
        ends = [built.text(built.entries[scored.entry])[-40:] for scored in first]
        scores = resources.vectors.of_texts(ends) @ resources.vectors.of_query(question)
        return reranked(
            ranking, {s.entry: float(score) for s, score in zip(first, scores, strict=True)}, len(built.entries)
        )
