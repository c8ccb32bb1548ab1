"""The budget `score_share`: what scores nearly as well as the best entry, however much that is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field, model_validator
from typing_extensions import override

from rag_core.part import register
from rag_core.parts.budget.base import Budget, Resolve, at_least, comparable, tokens_of
from rag_core.parts.budget.prefixes import shortest_prefix
from rag_core.stages.built_index import BuiltIndex
from rag_core.stages.candidate import Candidate
from rag_core.stages.ranking import Scored


@register
class ScoreShare(Budget):
    """Takes entries from the best down while their score is at least a share of the best one's."""

    kind: Literal["score_share"] = "score_share"
    label: ClassVar[str] = "Share of the best score"
    summary: ClassVar[str] = "Takes entries while their score is at least a share of the best score"

    score_share: float = Field(
        0.75,
        ge=0,
        le=1,
        title="Share of the best score",
        description="Entries are taken down to this share of the best entry's score; a lower share takes more",
    )
    min_tokens: int = Field(
        30, ge=0, le=32_000, title="Minimum tokens", description="More entries are taken until they have so many tokens"
    )
    max_tokens: int = Field(
        2000, ge=50, le=32_000, title="Maximum tokens", description="Token limit of the answer's context"
    )

    @model_validator(mode="after")
    def _minimum_below_maximum(self) -> ScoreShare:
        if self.min_tokens > self.max_tokens:
            raise ValueError(
                f"the minimum of {self.min_tokens} tokens must not exceed the maximum of {self.max_tokens}; lower "
                "budget.min_tokens or raise budget.max_tokens"
            )
        return self

    @override
    def short(self) -> str:
        return f"scores from {self.score_share:.0%} of the best"

    @override
    def chosen(self, scored: Sequence[Scored], resolve: Resolve, built: BuiltIndex) -> list[Candidate]:
        def tokens(prefix: Sequence[Scored]) -> int:
            return tokens_of(resolve(prefix), built)

        scored = comparable(scored)
        near = scored[: at_least(scored, self._lowest(scored[0].score))] if scored else scored
        prefix: Sequence[Scored] = near
        if tokens(near) < self.min_tokens:
            prefix = shortest_prefix(scored, lambda longer: tokens(longer) >= self.min_tokens)
        too_long = shortest_prefix(prefix, lambda shorter: tokens(shorter) > self.max_tokens)
        if len(too_long) > 1 and tokens(too_long) > self.max_tokens:
            return resolve(too_long[:-1])
        return resolve(prefix)

    def _lowest(self, best: float) -> float:
        """The lowest score that is taken; a best score below zero has a lower one as its share."""
        return best * (self.score_share if best >= 0 else 2 - self.score_share)
