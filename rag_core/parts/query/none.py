"""The query transform `none`: the question is the only query."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from typing_extensions import override

from rag_core.part import register
from rag_core.parts.query.base import QueryTransform
from rag_core.stages.query import Query
from rag_core.stages.resources import Resources


@register
class NoQueryTransform(QueryTransform):
    """Searches for the question unchanged."""

    kind: Literal["none"] = "none"
    label: ClassVar[str] = "The question itself"
    summary: ClassVar[str] = "Searches for the question unchanged"

    @override
    def short(self) -> str:
        return "question unchanged"

    @override
    def queries(self, question: str, resources: Resources) -> Sequence[Query]:
        return [Query(question)]
