"""Lays the texts that two parsers made of one file over each other, character by character."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag_core.geometry import Span
from rag_core.text.aligning.letters import Codes, Ints, code_points, letters_of
from rag_core.text.aligning.matching import matched
from rag_core.text.spans import union

Places = NDArray[np.int32]

_MAX_INSERTED = 8  # letters that only one text has, inside what is still one span
_MIN_PIECE = 3  # letters of a piece that stands elsewhere; fewer may be there by chance


class Placed(NamedTuple):
    """Where a span is in the other text: ascending spans, several if its blocks moved, and the share that has a place.

    The share is of the span's letters, from above 0 to 1: blanks, hyphens, quotes and Markdown marks do not count.
    """

    spans: tuple[Span, ...]
    share: float


@dataclass(frozen=True, eq=False)
class Alignment:
    """Which characters of the text `a` are which of the text `b`; what has no counterpart is in no pair.

    `pairs` are positions, int32 of shape (n, 2), ascending in `a`; a ligature of one text has several characters of the
    other. `letters_a` counts the letters before each position of `a`, int32 of shape (len(a) + 1,).
    """

    pairs: Places = field(repr=False)
    letters_a: Places = field(repr=False)
    letters_b: Places = field(repr=False)

    def span_in_b(self, span: Span) -> Placed | None:
        """Where a span of `a` is in `b`; None where nothing of it is."""
        first, last = np.searchsorted(self.pairs[:, 0], span)
        return self._placed(span, self.pairs[first:last])

    def span_in_a(self, span: Span) -> Placed | None:
        """Where a span of `b` is in `a`; None where nothing of it is."""
        return self.reversed.span_in_b(span)

    @cached_property
    def reversed(self) -> Alignment:
        """The same alignment with `a` and `b` exchanged."""
        turned = self.pairs[:, ::-1]
        order = np.lexsort((turned[:, 1], turned[:, 0]))
        other = Alignment(turned[order], self.letters_b, self.letters_a)
        other.__dict__["reversed"] = self
        return other

    @cached_property
    def share_of_a(self) -> float:
        """The share of the letters of `a` that have a place in `b`; 1 where there are none."""
        return self._share(Span(0, len(self.letters_a) - 1), self.pairs[:, 0], default=1.0)

    def memory_bytes(self) -> int:
        """About how much memory the alignment takes, in both directions."""
        return 2 * self.pairs.nbytes + self.letters_a.nbytes + self.letters_b.nbytes

    def _placed(self, span: Span, pairs: Places) -> Placed | None:
        share = self._share(span, pairs[:, 0], default=float(len(pairs) > 0))
        if not share:
            return None
        a, b = pairs[:, 0], pairs[:, 1]
        skipped_a = self.letters_a[a[1:]] - self.letters_a[a[:-1] + 1]
        skipped_b = self.letters_b[b[1:]] - self.letters_b[np.minimum(b[:-1] + 1, b[1:])]
        jumps = (b[1:] < b[:-1]) | (skipped_b > np.maximum(_MAX_INSERTED, 2 * skipped_a))
        firsts = np.concatenate(([0], np.flatnonzero(jumps) + 1))
        lasts = np.append(firsts[1:], len(b)) - 1
        pieces = zip(b[firsts].tolist(), (b[lasts] + 1).tolist(), strict=True)
        spans = [Span(start, end) for start, end in pieces]
        sizes = [int(self.letters_b[one.end] - self.letters_b[one.start]) for one in spans]
        needed = min(_MIN_PIECE, max(sizes))
        return Placed(tuple(union(one for one, size in zip(spans, sizes, strict=True) if size >= needed)), share)

    def _share(self, span: Span, placed: Places, default: float) -> float:
        letters = int(self.letters_a[span.end] - self.letters_a[span.start])
        if not letters:
            return default
        distinct = np.unique(placed)
        return float(np.sum(self.letters_a[distinct + 1] - self.letters_a[distinct])) / letters


def align(a: str, b: str) -> Alignment:
    """Align two texts of one file: letters first, whatever glues, splits, hyphenates or marks the words, then the rest.

    Blocks may have moved: anchors are runs of letters that occur once in both texts. What occurs several times is
    placed by its order, and what cannot be placed has no pair. Takes memory in proportion to the texts.
    """
    codes_a, codes_b = code_points(a), code_points(b)
    letters_a, letters_b = letters_of(a), letters_of(b)
    if a == b:
        pairs = np.repeat(np.arange(len(a), dtype=np.int32)[:, None], 2, axis=1)
    else:
        in_a, in_b = matched(letters_a.codes, letters_b.codes)
        pairs = _with_marks(codes_a, codes_b, letters_a.places[in_a], letters_b.places[in_b])
    return Alignment(pairs, _counted(letters_a.places, len(a)), _counted(letters_b.places, len(b)))


def _counted(places: Ints, characters: int) -> Places:
    """The number of characters with a letter before each position."""
    has_letter = np.zeros(characters + 1, np.int32)
    has_letter[places + 1] = 1
    return np.cumsum(has_letter, dtype=np.int32)


def _with_marks(codes_a: Codes, codes_b: Codes, in_a: Ints, in_b: Ints) -> Places:
    """The pairs of letters and, beside them, those of equal blanks and marks."""
    b_of, a_of = np.full(len(codes_a), -1, np.int32), np.full(len(codes_b), -1, np.int32)
    b_of[in_a], a_of[in_b] = in_b, in_a
    pairs = [np.stack((in_a, in_b), axis=1)]
    for step in (1, -1):
        at_a, at_b = in_a, in_b
        while len(at_a):
            at_a, at_b = at_a + step, at_b + step
            inside = (at_a >= 0) & (at_a < len(codes_a)) & (at_b >= 0) & (at_b < len(codes_b))
            at_a, at_b = at_a[inside], at_b[inside]
            new = (b_of[at_a] < 0) & (a_of[at_b] < 0) & _alike(codes_a[at_a], codes_b[at_b])
            at_a, at_b = at_a[new], at_b[new]
            b_of[at_a], a_of[at_b] = at_b, at_a
            pairs.append(np.stack((at_a, at_b), axis=1))
    found = np.unique(np.concatenate(pairs), axis=0)
    return found.astype(np.int32)


_BLANKS = np.array([code for code in range(0x3001) if chr(code).isspace()], np.uint32)


def _alike(a: Codes, b: Codes) -> NDArray[np.bool_]:
    """Whether characters are equal, or white space both."""
    return np.asarray((a == b) | (np.isin(a, _BLANKS) & np.isin(b, _BLANKS)))
