"""The slot `reference` and the base class of its kinds."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from rag_core.documents.document import Document
from rag_core.enrichment.written_text import WrittenText
from rag_core.geometry import Span
from rag_core.part import Part, Slot, add_slot
from rag_core.stages.built_index import BuiltIndex
from rag_core.stages.candidate import Candidate
from rag_core.stages.entries import Entry
from rag_core.stages.ranking import Scored
from rag_core.stages.resources import Resources


class Reference(Part):
    """Decides which entries are indexed for each chunk, and which spans the retrieved entries resolve to.

    `refers` is false if the entries are the chunks themselves. With `takes_whole_entries`, a budget of tokens takes no
    part of an entry: where entries join, the end of a span need not be what was taken last. With `merges`, a budget of
    hits resolves the entries that it takes together, since only together can they merge. Without `uses_chunk_size`,
    the size of the chunks has no effect on the hits.
    """

    slot: ClassVar[str] = "reference"
    refers: ClassVar[bool] = True
    takes_whole_entries: ClassVar[bool] = False
    merges: ClassVar[bool] = False
    uses_chunk_size: ClassVar[bool] = True

    @abstractmethod
    def entries(self, document: Document, chunks: Sequence[Span], resources: Resources) -> list[Entry]:
        """The entries for the chunks of one document, chunk by chunk, in document order."""

    def notices(self, document: Document) -> list[str]:
        """Sentences for the user about a document that lacks what this reference indexes."""
        return []

    @property
    def levels(self) -> int:
        """The number of windows that an entry has, each of which is scored."""
        return 1

    @property
    def resolves_each(self) -> bool:
        """Whether each entry resolves to the same candidate whatever else is in the prefix.

        Where it is true, a budget may resolve the whole ranking and take the first candidates. A kind that overrides
        `resolve` must override this too where that is right for it: entries that are not taken must not merge.
        """
        return type(self).resolve is Reference.resolve

    @property
    def uses_vectors(self) -> bool:
        """Whether `entries` requests vectors; columns that need none to create their entries are built first."""
        return False

    @property
    def written_texts(self) -> Sequence[WrittenText]:
        """The texts that a language model writes about each chunk; empty without one.

        Written texts are read from the cache, so the same chunks may have more entries later, or others.
        """
        return ()

    def piece(self, entry: Entry) -> Span:
        """The part of a hit that an entry is, where a hit consists of several entries, each with its own score."""
        return entry.span or entry.chunk

    def resolve(self, prefix: Sequence[Scored], built: BuiltIndex) -> list[Candidate]:
        """The candidates for a prefix of the ranking, best first; by default the distinct chunks of its entries.

        The score of a candidate is that of its best entry.
        """
        found: dict[tuple[int, Span], Candidate] = {}
        for scored in prefix:
            entry = built.entries[scored.entry]
            key = (entry.document, entry.chunk)
            if key not in found:
                found[key] = Candidate(entry.document, entry.chunk, scored.score)
            found[key].via.append(scored)
        return list(found.values())


add_slot(Slot("reference", order=30, title="What is indexed", default={"kind": "itself"}, base=Reference))
