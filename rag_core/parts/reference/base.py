"""What every reference promises."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.part import Part, Slot, add_slot
from rag_core.stages.built_index import BuiltIndex
from rag_core.stages.candidate import Candidate
from rag_core.stages.entries import Entry
from rag_core.stages.ranking import Scored
from rag_core.stages.resources import Resources


class Reference(Part):
    """Decides what stands in the index for each chunk, and what an entry that was found leads to.

    `refers` says that entries refer to chunks, rather than being the chunks. `resolves_each` says that each entry
    resolves to its chunk whatever else is taken; otherwise a longer prefix of the ranking may resolve differently.
    """

    slot: ClassVar[str] = "reference"
    refers: ClassVar[bool] = True
    resolves_each: ClassVar[bool] = True

    @abstractmethod
    def entries(self, document: Document, chunks: Sequence[Span], resources: Resources) -> list[Entry]:
        """The entries of all chunks of one document, chunk by chunk in document order."""

    @property
    def uses_vectors(self) -> bool:
        """Whether `entries` asks for vectors: columns that need none are made first."""
        return False

    @property
    def written_questions(self) -> int | None:
        """How many questions a language model writes about each chunk, beside a summary; None where it writes nothing.

        What it has written is read from the cache, so equal chunks can have other entries the next time.
        """
        return None

    def resolve(self, prefix: Sequence[Scored], built: BuiltIndex) -> list[Candidate]:
        """What the first entries of a ranking lead to, best first: here their distinct chunks.

        A candidate has the score of its best entry.
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
