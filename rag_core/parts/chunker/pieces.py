"""Pieces of a text, and how chunks are filled with them: the step that depends on the chunk size."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rag_core.geometry import Span


class Pieces(NamedTuple):
    """Pieces that adjoin: piece i is the characters `[cuts[i], cuts[i + 1])`, of `totals[i + 1] - totals[i]` tokens.

    `cuts` ascend; `totals` are running sums, from whatever number they begin; both of shape (pieces + 1,).
    Arrays of 32 bits: the words of a long document are hundreds of thousands.
    """

    cuts: array[int]
    totals: array[int]

    @classmethod
    def of(cls, start: int, pieces: Iterable[tuple[int, int]]) -> Pieces:
        """The pieces that follow each other from `start`, each given by its end and its number of tokens."""
        made = cls(array("i", (start,)), array("i", (0,)))
        for end, tokens in pieces:
            made.cuts.append(end)
            made.totals.append(made.totals[-1] + tokens)
        return made


def joined(*several: Pieces) -> Pieces:
    """The pieces of adjoining stretches of text, in order; at least one stretch."""
    cuts, totals = several[0].cuts[:], several[0].totals[:]
    for more in several[1:]:
        shift = totals[-1] - more.totals[0]
        cuts.extend(more.cuts[1:])
        totals.extend(array("i", [total + shift for total in more.totals[1:]]) if shift else more.totals[1:])
    return Pieces(cuts, totals)


def merge(pieces: Pieces, chunk_tokens: int, overlap_tokens: int) -> list[Span]:
    """Fill chunks with whole pieces; each repeats as many of the last ones of the chunk before as fit the overlap.

    A piece that alone exceeds the size is a chunk of its own. Both of LlamaIndex's splitters fill chunks so, in other
    words: over sums that ascend, where a chunk ends and what it repeats is found by bisection.
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
    """The span without the white space at its ends; None where it holds nothing else."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return Span(start, end) if start < end else None


def ascending(spans: Sequence[Span]) -> list[Span]:
    """The spans without those equal to the one before, which an overlap followed by white space produces."""
    return [span for i, span in enumerate(spans) if i == 0 or span != spans[i - 1]]
