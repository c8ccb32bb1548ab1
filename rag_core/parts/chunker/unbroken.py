"""Cuts a text into units that keep together what belongs together; exported programs carry this module."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

from rag_core.text.line_starts import line_start

EMPTY_LINE = re.compile(r"(?<!\s)\s*?(?:\n|\r(?!\n))[^\S\r\n]*(?:\r?\n|\r(?!\n))")
LINE = re.compile(r"\r\n|\n|\r")
MARKS = " \t\r\n#=-"  # what stands beside the words of a heading in Markdown


class Unbroken:
    """The units of a text that are merged into chunks of at most `max_tokens`.

    Units are paragraphs, and where they are too long lines, sentences and parts of sentences. No cut is within one of
    the spans that are to be `kept` and fit, nor between a heading and what follows it if both fit.
    """

    def __init__(
        self,
        text: str,
        headings: Sequence[tuple[int, int]],
        kept: Iterable[tuple[int, int]],
        max_tokens: int,
        count: Callable[[int, int], int],
        sentence_starts: Callable[[int, int], list[int]],
        equal_parts: Callable[[int, int], Iterable[tuple[int, int]]],
    ) -> None:
        """The spans are in the order of their starts; the functions are for a stretch from start to end."""
        self._text = text
        self._headings = headings
        self._max_tokens = max_tokens
        self._count = count
        self._sentence_starts = sentence_starts
        self._equal_parts = equal_parts
        kept = list(kept)
        self._line_starts = sorted(line_start(text, start) for start, _ in [*headings, *kept])
        self._kept = list(self._whole(kept))

    def stretches(self, start: int, end: int, cuts: Iterable[int], *, joins_headings: bool) -> list[tuple[int, int]]:
        """The stretches between the cuts; a cut in what is kept whole moves to its end.

        With `joins_headings`, a stretch that is nothing but headings is part of the next one.
        """
        found: list[tuple[int, int]] = []
        moved = {self._moved(cut) for cut in cuts if start < cut < end} - {end}
        for first, last in pairwise([start, *sorted(moved), end]):
            if joins_headings and found and self._is_heading(*found[-1]):
                first, _ = found.pop()
            found.append((first, last))
        return found

    def units(self, start: int, end: int) -> list[tuple[int, int]]:
        """The adjacent units of a stretch, in order."""
        first, last = bisect_right(self._line_starts, start), bisect_right(self._line_starts, end)
        empty_lines = [match.end() for match in EMPTY_LINE.finditer(self._text, start, end)]
        pieces = self._cut_at(start, end, [*self._line_starts[first:last], *empty_lines])
        return self._with_headings([unit for piece in pieces for unit in self._fitting(*piece, 0)])

    def _whole(self, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
        """The outermost spans that fit; where one does not, those within it."""
        reached = -1
        for start, end in spans:
            if start >= reached and self._count(start, end) <= self._max_tokens:
                reached = end
                yield start, end

    def _moved(self, position: int) -> int:
        """The position, or the end of the span around it that is to be kept whole."""
        place = bisect_right(self._kept, (position,)) - 1
        end = self._kept[place][1] if place >= 0 else 0
        return max(position, end)

    def _cut_at(self, start: int, end: int, places: Iterable[int]) -> list[tuple[int, int]]:
        """The stretch, cut at those of the places that are inside it and in no span that is kept whole."""
        inside = {place for place in places if start < place < end and self._moved(place) == place}
        return list(pairwise([start, *sorted(inside), end]))

    def _fitting(self, start: int, end: int, depth: int) -> Iterator[tuple[int, int]]:
        """The piece if it fits, or else its lines, then sentences, then parts."""
        if self._count(start, end) <= self._max_tokens:
            yield start, end
        elif depth == 2:
            yield from self._equal_parts(start, end)
        else:
            lines = [match.end() for match in LINE.finditer(self._text, start, end)] if depth == 0 else []
            for part in self._cut_at(start, end, lines or self._sentence_starts(start, end)):
                yield from self._fitting(*part, depth + 1)

    def _with_headings(self, units: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        """The units, with each heading joined to what follows, or to its first sentence, if they fit together."""
        joined: list[tuple[int, int]] = []
        for start, end in units:
            if joined and self._is_heading(*joined[-1]):
                heading = joined.pop()
                joined += self._below(heading, start, end)
            else:
                joined.append((start, end))
        return joined

    def _below(self, heading: tuple[int, int], start: int, end: int) -> list[tuple[int, int]]:
        sentences = self._cut_at(start, end, self._sentence_starts(start, end))
        for last in (end, sentences[0][1]):
            if self._count(heading[0], last) <= self._max_tokens:
                return [(heading[0], last), *([(last, end)] if last < end else [])]
        return [heading, (start, end)]

    def _is_heading(self, start: int, end: int) -> bool:
        """Whether a stretch is nothing but headings, with their marks and white space."""
        place = bisect_right(self._headings, (end - 1, end)) - 1
        reached = end
        while place >= 0 and self._headings[place][0] >= start:
            if self._text[self._headings[place][1] : reached].strip(MARKS):
                return False
            reached = self._headings[place][0]
            place -= 1
        return reached < end and not self._text[start:reached].strip(MARKS)
