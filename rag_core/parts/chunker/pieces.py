"""Pieces of a text, and how they are merged into chunks: the step that depends on size and overlap."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rag_core.geometry import Span


class Pieces(NamedTuple):
    """Adjacent pieces of a text: piece i spans `[cuts[i], cuts[i + 1])` and has `totals[i + 1] - totals[i]` tokens.

    `cuts` are ascending character positions; `totals` are cumulative token counts that may start at any number; both
    have the shape (pieces + 1,). They are 32-bit arrays, since a long document has hundreds of thousands of words.
    """

    cuts: array[int]
    totals: array[int]

    @classmethod
    def of(cls, start: int, pieces: Iterable[tuple[int, int]]) -> Pieces:
        """The adjacent pieces from position `start` on, each given by its end and its number of tokens."""
        made = cls(array("i", (start,)), array("i", (0,)))
        for end, tokens in pieces:
            made.cuts.append(end)
            made.totals.append(made.totals[-1] + tokens)
        return made


def joined(*several: Pieces) -> Pieces:
    """The concatenated pieces of one or more adjacent spans of a text, given in order."""
    cuts, totals = several[0].cuts[:], several[0].totals[:]
    for more in several[1:]:
        shift = totals[-1] - more.totals[0]
        cuts.extend(more.cuts[1:])
        totals.extend(array("i", [total + shift for total in more.totals[1:]]) if shift else more.totals[1:])
    return Pieces(cuts, totals)


def merge(pieces: Pieces, chunk_tokens: int, overlap_tokens: int) -> list[Span]:
    """Merge pieces into chunks; each chunk begins with the last pieces of the chunk before that fit the overlap.

    A piece that exceeds the size is a chunk of its own. The result equals that of `_merge` in LlamaIndex's splitters;
    here the ends of chunks and overlaps are found by bisection of the cumulative token counts.
    """
    cuts, totals = pieces
    chunks, first, last = [], 0, len(cuts) - 1
    end = 0
    while end < last:
        end = max(bisect_right(totals, totals[first] + chunk_tokens, end + 1) - 1, end + 1)
        chunks.append(Span(cuts[first], cuts[end]))
        if end < last:
            first = bisect_left(totals, totals[end] - overlap_tokens, first, end)
            first = bisect_left(totals, totals[end + 1] - chunk_tokens, first, end)
    return chunks


def stripped(text: str, start: int, end: int) -> Span | None:
    """The span without white space at its ends; None if it contains only white space."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return Span(start, end) if start < end else None


def ascending(spans: Sequence[Span]) -> list[Span]:
    """The spans without consecutive duplicates, which occur if only white space follows an overlap."""
    return [span for i, span in enumerate(spans) if i == 0 or span != spans[i - 1]]
