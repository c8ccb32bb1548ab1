"""The slot `chunker` and the base classes of its kinds."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from pydantic import Field, model_validator
from typing_extensions import override

from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.part import Part, Slot, add_slot, check_overlap
from rag_core.parts.chunker.pieces import Pieces, ascending, merge, stripped
from rag_core.parts.chunker.sizes import MinChunkTokens, shown_minimum, without_small
from rag_core.parts.chunker.split_tree import Splitter, split_tree
from rag_core.stages.resources import Resources

MIN_CHUNK_TOKENS = 16
MAX_CHUNK_TOKENS = 4096


class Chunker(Part):
    """Cuts a document into chunks.

    Chunks are non-empty spans in ascending order that leave out nothing but white space. Sizes are in tokens of the
    document's tokenizer, counted as LlamaIndex counts them: the sum over the pieces (sentences, words) of a chunk.
    Counted as one text, a chunk may have a few more tokens: at most three on all texts of the tests.

    A chunker that `uses_blocks` cuts where the document's blocks say. `main_field` is the name of the field that
    determines the size of the chunks, which is shown without opening the settings.
    """

    slot: ClassVar[str] = "chunker"
    main_field: ClassVar[str] = "chunk_tokens"
    uses_blocks: ClassVar[bool] = False

    @property
    def uses_vectors(self) -> bool:
        """Whether `chunk` requests vectors; columns that need none for chunking are built first."""
        return False

    def notices(self, document: Document) -> list[str]:
        """Sentences for the user about a document that lacks what this chunker cuts at."""
        return []

    @abstractmethod
    def chunk(self, document: Document, resources: Resources, within: Span | None = None) -> list[Span]:
        """The chunks as spans of `document.text`; with `within`, the chunks that this part has as a text of its own."""


class SizedChunker(Chunker):
    """A chunker with a maximum size and an overlap in tokens."""

    chunk_tokens: int = Field(
        1024,
        ge=MIN_CHUNK_TOKENS,
        le=MAX_CHUNK_TOKENS,
        title="Chunk size",
        description="Maximum tokens in a chunk",
    )
    overlap_tokens: int = Field(
        20,
        ge=0,
        le=1024,
        title="Overlap",
        description="Maximum tokens that a chunk repeats from the one before it",
    )
    min_chunk_tokens: MinChunkTokens = 0

    @override
    def chunk(self, document: Document, resources: Resources, within: Span | None = None) -> list[Span]:
        cut = self._cut(document, within or Span(0, len(document.text)))
        chunks = ascending([span for start, end in cut if (span := stripped(document.text, start, end))])
        return without_small(document, chunks, self.min_chunk_tokens, self.chunk_tokens)

    @abstractmethod
    def _cut(self, document: Document, span: Span) -> list[Span]:
        """The chunks of a span, with white space at their ends."""

    @model_validator(mode="after")
    def _overlap_below_size(self) -> SizedChunker:
        check_overlap(self, "overlap_tokens", "chunk_tokens", self.chunk_tokens)
        return self

    @override
    def short(self) -> str:
        sizes = f"{self.chunk_tokens}/{self.overlap_tokens}{shown_minimum(self.min_chunk_tokens)}"
        return f"{self.kind_name()} {sizes}"


class SplitTreeChunker(SizedChunker):
    """A chunker that merges the pieces of a split tree.

    The `splitters` are tried in their order until one of them cuts; if none does, the pieces are single characters.
    """

    splitters: ClassVar[tuple[Splitter, ...]]

    @override
    def _cut(self, document: Document, span: Span) -> list[Span]:
        return merge(self._pieces(document, span), self.chunk_tokens, self.overlap_tokens)

    def _pieces(self, document: Document, span: Span) -> Pieces:
        return split_tree(document.text, span, document.tokenizer, self.splitters).pieces(self.chunk_tokens)


add_slot(Slot("chunker", order=20, title="Chunker", default={"kind": "sentence"}, base=Chunker))
