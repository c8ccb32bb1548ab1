"""What every search promises."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Protocol

from pydantic import Field

from rag_core.documents.document import Document
from rag_core.embeddings.base import EmbeddingModel
from rag_core.part import Part, Slot, add_slot
from rag_core.stages.column_vectors import ColumnVectors, Pools
from rag_core.stages.entries import Entry, Scored


class Index(Protocol):
    """Entries made ready to be searched."""

    def search(self, query: str, k: int | None = None) -> list[Scored]:
        """The k best entries (None: all), best first, ties in document order, scores as the search defines them."""


class Search(Part):
    """Makes an index of entries and finds the best of them."""

    slot: ClassVar[str] = "search"

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

    def fitted(self, model: EmbeddingModel) -> Search:
        """The same search as this model can do it; raises UserError where it cannot do what was asked for."""
        return self

    def texts_to_embed(self, entries: Sequence[Entry], vectors: ColumnVectors) -> Sequence[str]:
        """Texts whose vectors `index` will ask for, so that all columns' are embedded in one batch."""
        return ()

    @abstractmethod
    def index(self, entries: Sequence[Entry], documents: Sequence[Document], vectors: ColumnVectors) -> Index:
        """The index of the entries of all documents together."""


add_slot(Slot("search", order=50, title="Search", default={"kind": "dense"}, base=Search))
