"""The reranker `none`: the ranking of the search is unchanged."""

from __future__ import annotations

from typing import ClassVar, Literal

from typing_extensions import override

from rag_core.part import register
from rag_core.parts.rerank.base import Reranker
from rag_core.stages.built_index import BuiltIndex
from rag_core.stages.ranking import Ranking
from rag_core.stages.resources import Resources


@register
class NoReranking(Reranker):
    """Leaves the ranking of the search unchanged."""

    kind: Literal["none"] = "none"
    label: ClassVar[str] = "No reranking"
    summary: ClassVar[str] = "Leaves the ranking of the search unchanged"

    @override
    def score_name_of(self, searched: str) -> str:
        return searched

    @override
    def short(self) -> str:
        return "none"

    @override
    def rerank(self, question: str, ranking: Ranking, built: BuiltIndex, resources: Resources) -> Ranking:
        return ranking
