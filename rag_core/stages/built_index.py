"""What is searched: chunks, entries and the index of a column, over all documents together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.stages.entries import Entry
from rag_core.stages.query import Query
from rag_core.stages.ranking import Ranking
from rag_core.stages.resources import Resources


class Index(Protocol):
    """Entries that can be searched. Sessions share it, so it holds nothing of one session."""

    def search(self, queries: Sequence[Query], resources: Resources, limit: int | None = None) -> Ranking:
        """The best entries, at most `limit` of them, best first; ties in document order."""
        ...


class Coverage(NamedTuple):
    """Tokens of the embedding model in all chunks, and how many of them no entry shows to it (None: unknown)."""

    model_tokens: int
    truncated: int | None


@dataclass(frozen=True, eq=False, kw_only=True)
class BuiltIndex:
    """The chunks of each document, the entries of all, and their index.

    `vectors` are those of the entries, float32 of shape (levels, entries, dimensions), or None where the search uses
    none. `entries_searched` is how many entries a budget takes that sets no number itself. `resolves_each` says that
    each entry resolves to its chunk, whatever else is taken. `chunk_ms` is the time for cutting, writing entries and
    indexing; `embed_ms` that for embedding. `notices` are for the user.
    """

    documents: Sequence[Document]
    chunks: Sequence[Sequence[Span]]
    entries: Sequence[Entry]
    index: Index
    vectors: NDArray[np.float32] | None
    coverage: Coverage
    entries_searched: int
    resolves_each: bool = True
    chunk_ms: float = 0.0
    embed_ms: float = 0.0
    notices: tuple[str, ...] = ()

    def text(self, entry: Entry) -> str:
        """What the entry shows."""
        return entry.text(self.documents[entry.document])
