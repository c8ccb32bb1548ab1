"""No reranking: the search's order stays."""

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
    """Keeps the search's scores and order."""

    kind: Literal["none"] = "none"
    label: ClassVar[str] = "No reranking"
    summary: ClassVar[str] = "Keeps the search's scores and order"

    @override
    def short(self) -> str:
        return "none"

    @override
    def rerank(self, question: str, ranking: Ranking, built: BuiltIndex, resources: Resources) -> Ranking:
        return ranking
