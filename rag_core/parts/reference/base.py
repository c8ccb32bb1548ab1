"""What every reference promises."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from rag_core.documents.document import Document
from rag_core.enrichment.records import Record
from rag_core.geometry import Span
from rag_core.part import Part, Slot, add_slot
from rag_core.stages.column_vectors import ColumnVectors
from rag_core.stages.entries import Entry


class Reference(Part):
    """Decides which texts stand in the index for each chunk."""

    slot: ClassVar[str] = "reference"
    refers: ClassVar[bool] = True  # entries refer to chunks, rather than being the chunks

    @abstractmethod
    def entries(self, document: Document, chunks: Sequence[Span], vectors: ColumnVectors) -> list[Entry]:
        """The entries of all chunks of one document, chunk by chunk in document order."""

    @property
    def written_questions(self) -> int | None:
        """How many questions a language model writes of each chunk, beside a summary; None where it writes nothing."""
        return None

    def entries_of_records(
        self, document: Document, chunks: Sequence[Span], vectors: ColumnVectors, records: Sequence[Record]
    ) -> list[Entry]:
        """`entries`, where a model writes: also of what each chunk's record has so far."""
        return self.entries(document, chunks, vectors)

    def texts_to_embed(self, document: Document, chunks: Sequence[Span], vectors: ColumnVectors) -> Sequence[str]:
        """Texts whose vectors `entries` will ask for, so that all columns' are embedded in one batch."""
        return ()


add_slot(Slot("reference", order=30, title="What is indexed", default={"kind": "itself"}, base=Reference))
