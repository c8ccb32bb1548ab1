"""The reference `itself`: plain retrieval of chunks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from typing_extensions import override

from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.part import register
from rag_core.parts.reference.base import Reference
from rag_core.stages.entries import Entry
from rag_core.stages.resources import Resources


@register
class Itself(Reference):
    """Indexes each chunk as one entry with its own text."""

    kind: Literal["itself"] = "itself"
    label: ClassVar[str] = "The chunk itself"
    summary: ClassVar[str] = "Indexes each chunk's own text"
    refers: ClassVar[bool] = False

    @override
    def short(self) -> str:
        return "itself"

    @override
    def entries(self, document: Document, chunks: Sequence[Span], resources: Resources) -> list[Entry]:
        return [Entry("chunk", chunk, (chunk,)) for chunk in chunks]
