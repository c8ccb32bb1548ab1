"""The chunker `characters`: a fixed number of characters, with the same cuts as LangChain's CharacterTextSplitter."""

from __future__ import annotations

from array import array
from functools import lru_cache
from itertools import chain
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator
from typing_extensions import override

from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.part import check_overlap, register
from rag_core.parts.chunker.base import Chunker
from rag_core.parts.chunker.pieces import Pieces, ascending, merge, stripped
from rag_core.stages.resources import Resources


@register
class CharacterChunker(Chunker):
    """Cuts after a fixed number of characters, in the middle of words and sentences.

    Characters are Unicode code points, as Python and LangChain count them. A chunk has fewer than `chunk_characters`
    where a cut would separate what is read as one character (an accent from its letter, the parts of an emoji, CR from
    LF), or where white space is removed from its ends. Elsewhere the cuts are those of LangChain's
    CharacterTextSplitter with the separator "".
    """

    kind: Literal["characters"] = "characters"
    label: ClassVar[str] = "Characters"
    summary: ClassVar[str] = (
        "Cuts after a fixed number of characters, wherever it is (LangChain's CharacterTextSplitter without separator)"
    )
    main_field: ClassVar[str] = "chunk_characters"

    chunk_characters: int = Field(
        1000,
        ge=16,
        le=16384,
        title="Chunk size, characters",
        description="Maximum characters in a chunk, white space at its ends included",
    )
    overlap_characters: int = Field(
        0,
        ge=0,
        le=4096,
        title="Overlap, characters",
        description="Maximum characters that a chunk repeats from the one before it",
    )

    @model_validator(mode="after")
    def _overlap_below_size(self) -> CharacterChunker:
        check_overlap(self, "overlap_characters", "chunk_characters", self.chunk_characters)
        return self

    @override
    def short(self) -> str:
        return f"characters {self.chunk_characters}/{self.overlap_characters}"

    @override
    def chunk(self, document: Document, resources: Resources, within: Span | None = None) -> list[Span]:
        text, (start, end) = document.text, within or Span(0, len(document.text))
        cuts = array("i", (start + self._cuts(text[start:end])).astype(np.intc).tobytes())
        found = merge(Pieces(cuts, cuts), self.chunk_characters, self.overlap_characters)
        return ascending([chunk for span in found if (chunk := stripped(text, *span))])

    def _cuts(self, text: str) -> NDArray[np.int64]:
        """Where the text may be cut; what is read as one character is cut only if it is longer than a chunk."""
        cuts, size = cluster_edges(text), self.chunk_characters
        inside = [np.arange(cuts[i] + size, cuts[i + 1], size) for i in np.flatnonzero(np.diff(cuts) > size)]
        return np.sort(np.concatenate([cuts, *inside]))


@lru_cache(maxsize=8)
def cluster_edges(text: str) -> NDArray[np.int64]:
    """Where the extended grapheme clusters begin and end: what Unicode (UAX 29) says is read as one character."""
    import regex

    return np.fromiter(chain((0,), (match.end() for match in regex.finditer(r"\X", text))), np.int64)
