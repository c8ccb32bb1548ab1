"""What every search promises."""

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
from rag_core.stages.resources import Resources


class Search(Part):
    """Makes an index of entries, which ranks them for queries.

    `score_name` is what its scores are called on screen. `embeds_entries` says whether the index is made of vectors.
    """

    slot: ClassVar[str] = "search"
    score_name: ClassVar[str]
    embeds_entries: ClassVar[bool] = False

    entries: int = Field(
        10,
        ge=1,
        le=200,
        title="Entries searched",
        description="Best entries handed on where the budget itself sets no number",
    )

    @property
    def pools(self) -> Pools:
        """How vectors are made for this search, and for what else its column needs them."""
        return Pools()

    def fitted(self, model: EmbeddingModel) -> Self:
        """The same search as this model can do it; raises UserError where it cannot do what was asked for."""
        return self

    @abstractmethod
    def index(self, entries: Sequence[Entry], documents: Sequence[Document], resources: Resources) -> Index:
        """The index of the entries of all documents together."""


add_slot(Slot("search", order=50, title="Search", default={"kind": "dense"}, base=Search))
