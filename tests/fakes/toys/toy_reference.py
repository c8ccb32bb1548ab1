from typing import ClassVar, Literal

from pydantic import Field

from rag_core.geometry import Span
from rag_core.part import register
from rag_core.parts.reference.base import Reference
from rag_core.stages.candidate import Candidate
from rag_core.stages.entries import Entry


@register
class ToyReference(Reference):
    """Indexes chunks, and resolves each to a window around it."""

    kind: Literal["toy_reference"] = "toy_reference"
    label: ClassVar[str] = "Toy reference"
    summary: ClassVar[str] = "Toy: retrieves a window around each chunk"

    window_characters: int = Field(50, ge=0, le=1000, title="Toy window", description="Characters on either side")

    def entries(self, document, chunks, resources):
        return [Entry("chunk", chunk, windows=(chunk,)) for chunk in chunks]

    def resolve(self, prefix, built):
        return [self._widened(candidate, built) for candidate in super().resolve(prefix, built)]

    def _widened(self, candidate, built):
        start, end = candidate.span
        text = built.documents[candidate.document].text
        window = Span(max(start - self.window_characters, 0), min(end + self.window_characters, len(text)))
        return Candidate(candidate.document, window, candidate.score, candidate.via)
