"""The output of the build stage: chunks, entries and the index over all documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.stages.entries import Entry
from rag_core.stages.entry_vectors import EntryVectors
from rag_core.stages.query import Query
from rag_core.stages.ranking import Ranking
from rag_core.stages.resources import Resources


class Index(Protocol):
    """A searchable set of entries; sessions share it, so it must not hold the state of one session."""

    def search(self, queries: Sequence[Query], resources: Resources, limit: int | None = None) -> Ranking:
        """The best entries, at most `limit` if given, by descending score; ties are in document order."""
        ...


class Coverage(NamedTuple):
    """How much of the chunks the embedding model reads, in its own tokens.

    `model_tokens` is the number of tokens in all chunks; `truncated` is how many of them the model reads in no entry,
    or None if unknown.
    """

    model_tokens: int
    truncated: int | None


@dataclass(frozen=True, eq=False, kw_only=True)
class BuiltIndex:
    """The chunks per document, the entries of all documents, and the index of these entries.

    `vectors` are those of the entries; None if the search uses none. A budget without a number of its own takes
    `entries_searched` entries. `resolves_each` says that each entry resolves to its own chunk, independently of the
    other entries taken; `takes_whole_entries` and `merges` are those of the reference. `chunk_ms` is the time for
    chunking, creating entries and indexing; `embed_ms` is the time for embedding. `notices` are messages for the user.
    """

    documents: Sequence[Document]
    chunks: Sequence[Sequence[Span]]
    entries: Sequence[Entry]
    index: Index
    vectors: EntryVectors | None
    coverage: Coverage
    entries_searched: int
    resolves_each: bool = True
    takes_whole_entries: bool = False
    merges: bool = False
    chunk_ms: float = 0.0
    embed_ms: float = 0.0
    notices: tuple[str, ...] = ()

    def text(self, entry: Entry) -> str:
        """The text of an entry as it is displayed, without its context."""
        return entry.text(self.documents[entry.document])

    def indexed_text(self, position: int, level: int = 0) -> str:
        """The text that is indexed at a level for the entry at a position."""
        entry = self.entries[position]
        return entry.indexed_text(self.documents[entry.document], level)

    def text_before(self, entry: Entry) -> str:
        """The text that is indexed before that of the entry but not displayed as its text."""
        return entry.text_before(self.documents[entry.document])
