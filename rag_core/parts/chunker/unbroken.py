"""Cuts a stretch of a document into units that keep what belongs together: list items, tables, captions, headings."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from rag_core.documents.blocks import Block
from rag_core.documents.sections import line_start
from rag_core.geometry import Span
from rag_core.parts.chunker.equal_parts import equal_parts
from rag_core.text.sentences import sentences

Count = Callable[[int, int], int]
_EMPTY_LINE = re.compile(r"(?<!\s)\s*?(?:\n|\r(?!\n))[^\S\r\n]*(?:\r?\n|\r(?!\n))")
_LINE = re.compile(r"\r\n|\n|\r")
_MARKS = " \t\r\n#=-"  # what stands beside the words of a heading in Markdown


class Unbroken:
    """The units of a text that are merged into chunks of at most `max_tokens`.

    Units are paragraphs, and where they are too long lines, sentences and parts of sentences. No cut is within a block
    that is a list item, a table or a caption and fits, nor between a heading and what follows it if both fit.
    """

    def __init__(self, text: str, blocks: Sequence[Block], max_tokens: int, count: Count) -> None:
        """`blocks` are those of the stretch that is cut, in the order of their starts."""
        self._text = text
        self._max_tokens = max_tokens
        self._count = count
        self._headings = [block.span for block in blocks if block.kind == "heading"]
        self._heading_starts = [span.start for span in self._headings]
        self._starts = [line_start(text, block.span.start) for block in blocks]
        self._kept = list(self._whole([block.span for block in blocks if block.kind != "heading"]))
        self._kept_starts = [span.start for span in self._kept]

    def units(self, span: Span) -> list[Span]:
        """The adjacent units of a stretch, in order."""
        empty_lines = [match.end() for match in _EMPTY_LINE.finditer(self._text, *span)]
        pieces = self._cut_at(span, [*self._starts, *empty_lines])
        return self._with_headings([unit for piece in pieces for unit in self._fitting(piece, 0)])

    def moved(self, position: int) -> int:
        """The position, or the end of the block around it that is to be kept whole."""
        around = self._around(position)
        return position if around is None else around.end

    def _whole(self, spans: Sequence[Span]) -> Iterator[Span]:
        """The outermost blocks that fit; where one does not, those within it."""
        reached = -1
        for span in spans:
            if span.start >= reached and self._count(*span) <= self._max_tokens:
                reached = span.end
                yield span

    def _around(self, position: int) -> Span | None:
        place = bisect_right(self._kept_starts, position) - 1
        if place >= 0 and self._kept[place].start < position < self._kept[place].end:
            return self._kept[place]
        return None

    def _cut_at(self, span: Span, places: Sequence[int]) -> list[Span]:
        """The stretch cut at those of the places that are inside it and in no block that is kept."""
        inside = {place for place in places if span.start < place < span.end and self._around(place) is None}
        return [Span(a, b) for a, b in pairwise([span.start, *sorted(inside), span.end])]

    def _fitting(self, piece: Span, depth: int) -> Iterator[Span]:
        """The piece if it fits, or else its lines, then sentences, then parts."""
        if self._count(*piece) <= self._max_tokens:
            yield piece
        elif depth == 2:
            yield from (Span(*part) for part in equal_parts(self._text, *piece, self._max_tokens, self._count))
        else:
            finer = self._lines(piece) if depth == 0 else self._sentences(piece)
            for part in self._cut_at(piece, finer):
                yield from self._fitting(part, depth + 1)

    def _lines(self, piece: Span) -> list[int]:
        return [match.end() for match in _LINE.finditer(self._text, *piece)]

    def _sentences(self, piece: Span) -> list[int]:
        return [start for start, _ in sentences(self._text, piece, line_breaks_end=True)]

    def _with_headings(self, units: Sequence[Span]) -> list[Span]:
        """The units, with each heading joined to what follows, or to its first sentence, if they fit together."""
        joined: list[Span] = []
        for unit in units:
            if joined and self.is_heading(joined[-1]):
                heading = joined.pop()
                joined += self._below(heading, unit)
            else:
                joined.append(unit)
        return joined

    def _below(self, heading: Span, unit: Span) -> list[Span]:
        for first in (unit, *self._cut_at(unit, self._sentences(unit))[:1]):
            if self._count(heading.start, first.end) <= self._max_tokens:
                rest = [Span(first.end, unit.end)] if first.end < unit.end else []
                return [Span(heading.start, first.end), *rest]
        return [heading, unit]

    def is_heading(self, span: Span) -> bool:
        """Whether a stretch is nothing but headings, with their marks and white space."""
        place = bisect_right(self._heading_starts, span.end - 1) - 1
        reached = span.end
        while place >= 0 and self._headings[place].start >= span.start:
            if self._text[self._headings[place].end : reached].strip(_MARKS):
                return False
            reached = self._headings[place].start
            place -= 1
        return reached < span.end and not self._text[span.start : reached].strip(_MARKS)
