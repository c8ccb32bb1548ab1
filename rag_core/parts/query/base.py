"""The slot `query` and the base class of its kinds."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from rag_core.part import Part, Slot, add_slot
from rag_core.stages.query import Query
from rag_core.stages.resources import Resources


class QueryTransform(Part):
    """Transforms the user's question into the queries that the search runs.

    `asks_llm` says whether a language model is asked for each question; `max_calls` is then how often at most.
    `changes_vectors_only` says that a search without vectors finds the same as for the question.
    """

    slot: ClassVar[str] = "query"
    asks_llm: ClassVar[bool] = False
    changes_vectors_only: ClassVar[bool] = False

    @property
    def max_calls(self) -> int:
        """The maximum number of calls of a language model for one question."""
        return 0

    @abstractmethod
    def queries(self, question: str, resources: Resources) -> Sequence[Query]:
        """One or more queries with weights for a question; raises UserError if a model that it uses fails."""


add_slot(Slot("query", order=40, title="Query", default={"kind": "none"}, base=QueryTransform, optional=True))
