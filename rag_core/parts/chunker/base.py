"""The slot `chunker` and the base classes of its kinds."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from pydantic import Field, model_validator
from typing_extensions import override

from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.part import Part, Slot, add_slot
from rag_core.parts.chunker.pieces import Pieces, ascending, merge, stripped
from rag_core.parts.chunker.small_chunks import join_small
from rag_core.parts.chunker.split_tree import Splitter, split_tree
from rag_core.stages.resources import Resources
from rag_core.text.tokenizers import span_counts

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

    min_chunk_tokens: int = Field(
        default=0,
        ge=0,
        le=1024,
        title="Minimum size",
        description="A chunk with fewer tokens is joined to the next one, or else to the previous, if the size allows",
    )

    @override
    def chunk(self, document: Document, resources: Resources, within: Span | None = None) -> list[Span]:
        cut = self._cut(document, within or Span(0, len(document.text)))
        chunks = ascending([span for start, end in cut if (span := stripped(document.text, start, end))])
        return self._without_small(document, chunks) if self.min_chunk_tokens else chunks

    @abstractmethod
    def _cut(self, document: Document, span: Span) -> list[Span]:
        """The chunks of a span, with white space at their ends."""

    def _without_small(self, document: Document, chunks: Sequence[Span]) -> list[Span]:
        count = span_counts(document.text, document.tokenizer).count
        joined = join_small(chunks, self.min_chunk_tokens, self.chunk_tokens, count)
        return [Span(*span) for span in joined]

    @model_validator(mode="after")
    def _overlap_below_size(self) -> SizedChunker:
        if self.overlap_tokens >= self.chunk_tokens:
            raise ValueError(
                f"the overlap of {self.overlap_tokens} tokens must be smaller than the chunk size of "
                f"{self.chunk_tokens}; lower the overlap (chunker.overlap_tokens) or raise the size "
                "(chunker.chunk_tokens)"
            )
        return self

    @override
    def short(self) -> str:
        smallest = f", min {self.min_chunk_tokens}" if self.min_chunk_tokens else ""
        return f"{self.kind_name()} {self.chunk_tokens}/{self.overlap_tokens}{smallest}"


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
