"""The chunker `recursive`, with the same cuts as LangChain's RecursiveCharacterTextSplitter that counts tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import ClassVar, Literal

from pydantic import Field
from typing_extensions import override

from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.part import register
from rag_core.parts.chunker.base import SizedChunker
from rag_core.parts.chunker.pieces import Pieces, merge
from rag_core.parts.chunker.split_tree import by_separator
from rag_core.text.tokenizers import span_counts

SEPARATORS = {
    "chroma": ("\n\n", "\n", ".", "?", "!", " "),
    "langchain": ("\n\n", "\n", " "),
}
_Count = Callable[[int, int], int]


@register
class RecursiveChunker(SizedChunker):
    """Cuts at paragraphs, and what is too long at lines, sentences and words, in this order.

    A part that is cut further is not merged with its neighbours.
    """

    kind: Literal["recursive"] = "recursive"
    label: ClassVar[str] = "Recursive"
    summary: ClassVar[str] = (
        "Cuts at paragraphs, then lines, sentences and words (LangChain's RecursiveCharacterTextSplitter)"
    )

    separators: Literal["chroma", "langchain"] = Field(
        "chroma",
        title="Separators",
        description="chroma: paragraphs, lines, sentence ends, words; langchain: paragraphs, lines, words",
    )

    @override
    def _cut(self, document: Document, span: Span) -> list[Span]:
        count = span_counts(document.text, document.tokenizer).count
        return list(self._chunks(document.text, span, SEPARATORS[self.separators], count))

    def _chunks(self, text: str, span: Span, separators: tuple[str, ...], count: _Count) -> Iterator[Span]:
        """The chunks of a span, cut at the first of the separators that it contains, or into characters."""
        at = next((i for i, separator in enumerate(separators) if text.find(separator, *span) >= 0), len(separators))
        finer = separators[at + 1 :]
        short: list[tuple[int, int]] = []  # the end and the tokens of adjacent pieces
        start = span.start
        for piece in self._pieces_at(text, span, separators[at : at + 1]):
            tokens = count(*piece)
            if tokens < self.chunk_tokens:
                short.append((piece.end, tokens))
                continue
            yield from self._merged(start, short)
            short, start = [], piece.end
            yield from self._chunks(text, piece, finer, count) if at < len(separators) else [piece]
        yield from self._merged(start, short)

    @staticmethod
    def _pieces_at(text: str, span: Span, separator: tuple[str, ...]) -> Iterator[Span]:
        if separator:
            yield from by_separator(separator[0])(text, *span)
        else:
            yield from (Span(i, i + 1) for i in range(*span))

    def _merged(self, start: int, pieces: list[tuple[int, int]]) -> list[Span]:
        return merge(Pieces.of(start, pieces), self.chunk_tokens, self.overlap_tokens) if pieces else []
