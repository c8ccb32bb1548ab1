"""The chunker `atoms`: single sentences and lines, out of which spans are joined when a question is asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import ClassVar, Literal

from pydantic import Field
from typing_extensions import override

from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.part import register
from rag_core.parts.chunker.base import MAX_CHUNK_TOKENS, MIN_CHUNK_TOKENS, Chunker
from rag_core.parts.chunker.pieces import stripped
from rag_core.stages.resources import Resources
from rag_core.text.sentences import sentences
from rag_core.text.tokenizers import span_counts

_BLANKS = re.compile(r"\s+")
_CLAUSE_ENDS = re.compile(r"[,;:|.?!]\s+")
_Count = Callable[[int, int], int]


@register
class AtomChunker(Chunker):
    """Cuts at every sentence and line end, and long sentences into equal parts, at ends of clauses if possible."""

    kind: Literal["atoms"] = "atoms"
    label: ClassVar[str] = "Sentences and lines"
    summary: ClassVar[str] = "Cuts at every sentence and line end, and long sentences into equal parts"

    chunk_tokens: int = Field(
        48,
        ge=MIN_CHUNK_TOKENS,
        le=MAX_CHUNK_TOKENS,
        title="Chunk size",
        description="Maximum tokens in a chunk; a longer sentence is cut into equal parts",
    )

    @override
    def short(self) -> str:
        return f"atoms {self.chunk_tokens}"

    @override
    def chunk(self, document: Document, resources: Resources, within: Span | None = None) -> list[Span]:
        text, count = document.text, span_counts(document.text, document.tokenizer).count
        whole = sentences(text, within or Span(0, len(text)), line_breaks_end=True)
        parts = (part for sentence in whole for part in self._parts(text, sentence, count))
        return [span for part in parts if (span := stripped(text, *part))]

    def _parts(self, text: str, span: Span, count: _Count) -> Iterator[Span]:
        tokens = count(*span)
        if tokens <= self.chunk_tokens or span.end - span.start < 2:
            yield span
            return
        cuts = _equal_cuts(text, span, tokens, -(-tokens // self.chunk_tokens), count)
        for start, end in pairwise([span.start, *cuts, span.end]):
            yield from self._parts(text, Span(start, end), count)


def _equal_cuts(text: str, span: Span, tokens: int, parts: int, count: _Count) -> list[int]:
    """Where to cut a span into so many parts of about equal size, ascending; at least one cut."""
    part_tokens = tokens / parts
    clauses = _measured(_CLAUSE_ENDS, text, span, count)
    blanks = _measured(_BLANKS, text, span, count)
    cuts = set()
    for number in range(1, parts):
        wanted = number * part_tokens
        near = [place for place in clauses if abs(place[1] - wanted) <= part_tokens / 2] or blanks
        if near:
            cuts.add(min(near, key=lambda place: abs(place[1] - wanted))[0])
    # Chinese text and very long words have no blanks: a cut inside a word is better than a chunk over the size.
    return sorted(cuts) or _even_places(span, parts)


def _measured(pattern: re.Pattern[str], text: str, span: Span, count: _Count) -> Sequence[tuple[int, int]]:
    """The positions after each match inside the span, and the tokens of the span before them."""
    ends = (match.end() for match in pattern.finditer(text, *span))
    return [(end, count(span.start, end)) for end in ends if end < span.end]


def _even_places(span: Span, parts: int) -> list[int]:
    width = span.end - span.start
    return sorted({span.start + max(width * number // parts, 1) for number in range(1, max(parts, 2))} - {span.end})
