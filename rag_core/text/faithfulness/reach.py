"""How far a text layer reaches that is made of excerpts, cut off at their ends."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace
from itertools import accumulate
from typing import NamedTuple

from rag_core.geometry import Span
from rag_core.text.faithfulness.placing import Placing, gaps_of
from rag_core.text.faithfulness.words import Word, letters_in

_MAX_REST = 200  # characters after the last word that was found: what is longer is no cut-off word
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")


class Reach(NamedTuple):
    """The words to compare, and the spans of both texts that lie beyond the other one's ends."""

    placing: Placing
    read_beyond: list[Span]
    layer_beyond: list[Span]


def reach_of(placing: Placing, read: str, layer: str) -> Reach:
    """What of the read text and the text layer can be compared: all, unless the layer is proven to be excerpts.

    It is where it breaks off inside a word that goes on in the read text: pages end with whole words or a hyphen. Then
    what the read text has beyond an excerpt's end is no difference, and neither is what precedes or follows the pages.
    """
    excerpts = _Excerpts(placing, read, layer)
    return excerpts.reach() if excerpts.are_proven() else Reach(placing, [], [])


class _Excerpts:
    def __init__(self, placing: Placing, read: str, layer: str) -> None:
        self.words, self.letters = placing.words, placing.letters
        self.placing, self.read, self.layer = placing, read, layer
        breaks = [match.span() for match in _BLANK_LINE.finditer(layer)]
        self.ends = [*(start for start, _ in breaks), len(layer.rstrip())]
        self.starts = [0, *(end for _, end in breaks)]

    def are_proven(self) -> bool:
        """Whether one of them ends inside a word."""
        return any(self._is_cut_in_word(position) for position, word in enumerate(self.words) if word.layer)

    def reach(self) -> Reach:
        """What can be compared, given that the layer is excerpts."""
        dropped, read_beyond, layer_beyond = set[int](), list[Span](), list[Span]()
        for i, j in self._zones():
            dropped |= set(range(i + 1, j))
            read_beyond.append(Span(self.words[i + 1].span.start, self.words[j - 1].span.end))
            if i >= 0 and self._ends_after(i):
                layer_beyond.append(Span(self._place(i).end, self._end(i)))
        kept = [word for position, word in enumerate(self.words) if position not in dropped]
        layer_beyond += self._outside(kept)
        layer_beyond = [span for span in layer_beyond if self.letters[span.end] > self.letters[span.start]]
        placing = replace(self.placing, words=kept, gaps=gaps_of(kept, self.letters, layer_beyond))
        return Reach(placing, read_beyond, layer_beyond)

    def _zones(self) -> Iterator[tuple[int, int]]:
        """Pairs of words: what the read text has between them lies beyond the end or the beginning of an excerpt.

        Beyond an end, that is all up to the next word that a later excerpt has.
        """
        placed = [position for position, word in enumerate(self.words) if word.layer]
        i = -1
        for j in [*placed, len(self.words)]:
            if i >= 0 and self._breaks_off(i, j):
                if j < len(self.words) and self._place(j).start < self._end(i):
                    continue  # an excerpt before this one has the same words
                is_beyond = True
            else:
                is_beyond = j < len(self.words) and self._begins_before(j)
            if is_beyond and j > i + 1:
                yield i, j
            i = j

    def _breaks_off(self, i: int, j: int) -> bool:
        """Whether the excerpt ends after the word `i`, so that the next word `j` is not in the rest of it."""
        is_in_rest = j < len(self.words) and self._place(i).end <= self._place(j).start < self._end(i)
        return not is_in_rest and self._ends_after(i)

    def _is_cut_in_word(self, position: int) -> bool:
        following = self.words[position + 1 : position + 2]
        if not following or following[0].layer is not None or self._is_far_from_end(position):
            return False
        rest, goes_on = self._rest(position)
        if not rest or not goes_on.startswith(rest) or self.layer[self._end(position) - 1] == "-":
            return False
        following = self.words[position + 1 : position + 2 + len(rest)]
        lengths = accumulate(len(letters_in(self.read[slice(*word.span)])) for word in following)
        return len(rest) not in lengths

    def _outside(self, kept: list[Word]) -> list[Span]:
        """The layer before the first word and after the last one, if the read text has nothing there."""
        ordered = [kept[position] for position in _in_order(kept)]
        if not ordered:
            return []
        first, last = ordered[0], ordered[-1]
        head = [Span(0, first.layer.start)] if first is kept[0] and first.layer else []
        tail = [Span(last.layer.end, len(self.layer))] if last is kept[-1] and last.layer else []
        return [*head, *tail]

    def _ends_after(self, position: int) -> bool:
        """Whether nothing of the excerpt follows the word but what the read text goes on with."""
        if self._is_far_from_end(position):
            return False
        rest, goes_on = self._rest(position)
        return goes_on.startswith(rest)

    def _is_far_from_end(self, position: int) -> bool:
        return self._end(position) - self._place(position).end > _MAX_REST

    def _begins_before(self, position: int) -> bool:
        """Whether the excerpt begins with the word."""
        start = self._place(position).start
        begin = self.starts[bisect_left(self.starts, start + 1) - 1]
        return bool(self.letters[start] == self.letters[begin])

    def _rest(self, position: int) -> tuple[str, str]:
        """The letters of the excerpt after the word, and at least as many of the read text."""
        rest = letters_in(self.layer[self._place(position).end : self._end(position)])
        start = self.words[position].span.end
        return rest, letters_in(self.read[start : start + 2 * len(rest) + 20])

    def _end(self, position: int) -> int:
        """Where the excerpt with the word ends."""
        return self.ends[min(bisect_left(self.ends, self._place(position).end), len(self.ends) - 1)]

    def _place(self, position: int) -> Span:
        place = self.words[position].layer
        assert place is not None
        return place


def _in_order(words: list[Word]) -> list[int]:
    """The positions of the placed words that have the same order in both texts, as many as possible."""
    tails: list[int] = []
    best: list[int] = []
    before: dict[int, int] = {}
    for position, word in enumerate(words):
        if word.layer is None:
            continue
        rank = bisect_left(tails, word.layer.start)
        tails[rank : rank + 1] = [word.layer.start]
        best[rank : rank + 1] = [position]
        before[position] = best[rank - 1] if rank else -1
    chain, at = list[int](), best[-1] if best else -1
    while at >= 0:
        chain.append(at)
        at = before[at]
    return chain[::-1]
