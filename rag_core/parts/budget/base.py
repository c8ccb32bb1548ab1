"""What every budget promises."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.part import Part, Slot, add_slot
from rag_core.stages.entries import Entry, Scored


@dataclass
class Candidate:
    """One hit to be: a span of a document, its score, and the entries that led to it, best first."""

    document: int
    span: Span
    score: float
    via: list[Scored] = field(default_factory=list)


class Budget(Part):
    """Decides which of the ranked entries' chunks become hits."""

    slot: ClassVar[str] = "budget"

    @property
    def sets_number(self) -> bool:
        """Whether the budget itself says how much is taken, or leaves it to the number of entries searched."""
        return True

    @abstractmethod
    def take(
        self, ranked: Sequence[Scored], entries: Sequence[Entry], documents: Sequence[Document], searched: int
    ) -> list[Candidate]:
        """The hits, best first. `ranked` are all entries; `searched` counts when the budget sets no number."""


def parents(ranked: Sequence[Scored], entries: Sequence[Entry], most: int | None = None) -> list[Candidate]:
    """The distinct chunks of the ranked entries, each with its best entry's score; stops at the `most`-th chunk."""
    found: dict[tuple[int, Span], Candidate] = {}
    for scored in ranked:
        entry = entries[scored.entry]
        key = (entry.document, entry.chunk)
        if key not in found:
            found[key] = Candidate(entry.document, entry.chunk, scored.score)
        found[key].via.append(scored)
        if len(found) == most:
            break
    return list(found.values())


add_slot(Slot("budget", order=70, title="Budget", default={"kind": "hits"}, base=Budget))
