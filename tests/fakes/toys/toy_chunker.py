from itertools import pairwise
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from rag_core.geometry import Span
from rag_core.part import register
from rag_core.parts.chunker.base import Chunker
from rag_core.text.sentences import sentences


@register
class ToyChunker(Chunker):
    """Cuts where the vectors of neighbouring sentences differ most."""

    kind: Literal["toy_chunker"] = "toy_chunker"
    label: ClassVar[str] = "Toy chunker"
    summary: ClassVar[str] = "Toy: cuts where the meaning changes most"

    cuts: int = Field(1, ge=0, le=20, title="Toy cuts", description="Number of cuts")

    @property
    def uses_vectors(self):
        return True

    def chunk(self, document, resources, within=None):
        found = sentences(document.text, within or Span(0, len(document.text)), line_breaks_end=False)
        if not found:
            return []
        vectors = resources.vectors.of_spans(document, found)
        likeness = (vectors[:-1] * vectors[1:]).sum(axis=1)
        firsts = [0, *sorted(1 + np.argsort(likeness, kind="stable")[: self.cuts]), len(found)]
        return [Span(found[a].start, found[b - 1].end) for a, b in pairwise(firsts)]
