"""The slot `search` and the base class of its kinds."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Self

from pydantic import Field

from rag_core.documents.document import Document
from rag_core.embeddings.base import EmbeddingModel
from rag_core.embeddings.pooling import Pools
from rag_core.part import Part, Slot, add_slot
from rag_core.stages.built_index import Index
from rag_core.stages.entries import Entry
from rag_core.stages.query import Query
from rag_core.stages.resources import Resources
from rag_core.stages.term_shares import TermShares


class Search(Part):
    """Builds an index of entries that ranks them for queries.

    `score_name` is the name of its scores shown to users (see `score_name_of`). `embeds_entries` says whether the index
    needs the vectors of the entries, `gives_scores` whether it ranks by scores.
    """

    slot: ClassVar[str] = "search"
    score_name: ClassVar[str]
    embeds_entries: ClassVar[bool] = False
    gives_scores: ClassVar[bool] = True

    entries: int = Field(
        10,
        ge=1,
        le=200,
        title="Entries searched",
        description="Number of best entries passed on if the budget sets no number itself",
    )

    def score_name_of(self, levels: int) -> str:
        """The name of the scores of entries with so many levels: scores with one name are on one scale."""
        return self.score_name if levels == 1 else f"scaled {self.score_name}"

    @property
    def pools(self) -> Pools:
        """The pooling of the vectors for this search and for the other stages of its column."""
        return Pools()

    def fitted(self, model: EmbeddingModel) -> Self:
        """The search adapted to an embedding model: defaults that the model does not support are replaced.

        Raises UserError if a setting that was chosen explicitly is not supported.
        """
        return self

    def dense_queries(self, queries: Sequence[Query]) -> list[Query]:
        """The queries whose vectors the stage `dense` compares with the entries' vectors; none without such a stage."""
        return []

    def term_shares(self, index: Index, queries: Sequence[Query], entries: Sequence[int]) -> TermShares | None:
        """What each term of the queries adds to the scores of the stage `bm25`; None without such a stage.

        `index` is one that this search has made, and `entries` are positions in it.
        """
        return None

    @abstractmethod
    def index(self, entries: Sequence[Entry], documents: Sequence[Document], resources: Resources) -> Index:
        """The index over the entries of all documents."""


add_slot(Slot("search", order=50, title="Search", default={"kind": "dense"}, base=Search))
