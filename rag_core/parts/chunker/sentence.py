"""The chunker `sentence`: whole sentences up to a size, with the same cuts as LlamaIndex's SentenceSplitter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar, Literal

from typing_extensions import override

from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.part import register
from rag_core.parts.chunker.base import SplitTreeChunker
from rag_core.parts.chunker.pieces import Pieces
from rag_core.parts.chunker.sentence_parts import PARAGRAPHS, sentence_part
from rag_core.parts.chunker.sentence_starts import sentence_spans
from rag_core.parts.chunker.split_tree import by_separator

# LlamaIndex's secondary_chunking_regex, which cuts sentences that are longer than a chunk into phrases.
_PHRASES = re.compile("[^,.;。？！]+[,.;。？！]?|[,.;。？！]")  # noqa: RUF001


def _by_phrase(text: str, start: int, end: int) -> list[Span]:
    return [Span(*match.span()) for match in _PHRASES.finditer(text, start, end)]


@register
class SentenceChunker(SplitTreeChunker):
    """Fills chunks with whole sentences; a sentence longer than a chunk is cut into phrases, words or characters."""

    kind: Literal["sentence"] = "sentence"
    label: ClassVar[str] = "Sentence"
    summary: ClassVar[str] = "Fills each chunk with whole sentences up to the size (LlamaIndex's SentenceSplitter)"

    splitters = (by_separator(PARAGRAPHS), sentence_spans, _by_phrase, by_separator(" "))

    @override
    def _pieces(self, document: Document, span: Span) -> Pieces:
        return sentence_part(document.text, span, document.tokenizer, self.splitters).pieces(self.chunk_tokens)


def sentence_chunkers(sizes: Sequence[int], overlap_tokens: int) -> list[SentenceChunker]:
    """Sentence chunkers of those sizes; an overlap that is too large for a size is checked where it is set."""
    return [SentenceChunker.model_construct(chunk_tokens=size, overlap_tokens=overlap_tokens) for size in sizes]
