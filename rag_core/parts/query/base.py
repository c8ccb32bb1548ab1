"""What every query transform promises."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from rag_core.part import Part, Slot, add_slot
from rag_core.stages.query import Query
from rag_core.stages.resources import Resources


class QueryTransform(Part):
    """Makes the queries that are put to the search of the user's question."""

    slot: ClassVar[str] = "query"

    @abstractmethod
    def queries(self, question: str, resources: Resources) -> Sequence[Query]:
        """One or more queries with weights; what a model wrote is shown in the column."""


add_slot(Slot("query", order=40, title="Query", default={"kind": "none"}, base=QueryTransform, optional=True))
