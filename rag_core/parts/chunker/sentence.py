"""Whole sentences up to a size: the cuts of LlamaIndex's SentenceSplitter."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import ClassVar, Literal

from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.part import register
from rag_core.parts.chunker.base import SizedChunker
from rag_core.parts.chunker.pieces import Pieces
from rag_core.parts.chunker.sentence_parts import PARAGRAPHS, sentence_part
from rag_core.parts.chunker.sentence_starts import sentence_starts
from rag_core.parts.chunker.split_tree import by_separator

# LlamaIndex's secondary_chunking_regex: phrases, where a sentence is longer than a chunk.
_PHRASES = re.compile("[^,.;。？！]+[,.;。？！]?|[,.;。？！]")  # noqa: RUF001


def _by_sentence(text: str, start: int, end: int) -> list[Span]:
    starts = sentence_starts(text, start, end)
    return [Span(a, b) for a, b in pairwise([*starts, end])]


def _by_phrase(text: str, start: int, end: int) -> list[Span]:
    return [Span(*match.span()) for match in _PHRASES.finditer(text, start, end)]


@register
class SentenceChunker(SizedChunker):
    """Fills chunks with whole sentences; a sentence longer than a chunk is cut at phrases, words, characters."""

    kind: Literal["sentence"] = "sentence"
    label: ClassVar[str] = "Sentence"
    summary: ClassVar[str] = "Fills each chunk with whole sentences up to the size (LlamaIndex's SentenceSplitter)"

    splitters = (by_separator(PARAGRAPHS), _by_sentence, _by_phrase, by_separator(" "))

    def _pieces(self, document: Document, within: Span | None) -> Pieces:
        span = within or Span(0, len(document.text))
        return sentence_part(document.text, span, document.tokenizer, self.splitters).pieces(self.chunk_tokens)
