from typing import ClassVar, Literal

from pydantic import Field

from rag_core.part import register
from rag_core.parts.budget.base import Budget


@register
class ToyBudget(Budget):
    """Takes every entry whose score is near the best one's."""

    kind: Literal["toy_budget"] = "toy_budget"
    label: ClassVar[str] = "Toy budget"
    summary: ClassVar[str] = "Toy: takes what scores nearly as well as the best"

    margin: float = Field(0.1, ge=0, le=1, title="Toy margin", description="How much lower a score may be")

    def chosen(self, scored, resolve, built):
        if not scored:
            return []
        least = scored[0].score - self.margin
        return resolve([one for one in scored if one.score >= least])
