"""The slot `query` and the base class of its kinds."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from rag_core.part import Part, Slot, add_slot
from rag_core.stages.query import Query
from rag_core.stages.resources import Resources


class QueryTransform(Part):
    """Transforms the user's question into the queries that the search runs."""

    slot: ClassVar[str] = "query"

    @abstractmethod
    def queries(self, question: str, resources: Resources) -> Sequence[Query]:
        """One or more queries with weights for a question; raises UserError if a model that it uses fails."""


add_slot(Slot("query", order=40, title="Query", default={"kind": "none"}, base=QueryTransform, optional=True))
