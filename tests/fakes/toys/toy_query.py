from typing import ClassVar, Literal

from pydantic import Field

from rag_core.part import register
from rag_core.parts.query.base import QueryTransform
from rag_core.stages.query import Query


@register
class ToyQuery(QueryTransform):
    """Asks the question, and each half of its words."""

    kind: Literal["toy_query"] = "toy_query"
    label: ClassVar[str] = "Toy query"
    summary: ClassVar[str] = "Toy: asks the question and its halves"

    weight: float = Field(0.5, ge=0, le=2, title="Toy weight", description="Weight of each half")

    def queries(self, question, resources):
        words = question.split()
        middle = (len(words) + 1) // 2
        halves = [" ".join(words[:middle]), " ".join(words[middle:]) or question]
        return [Query(question), *(Query(half, weight=self.weight) for half in halves)]
