"""Pairs the words of the read text that are not in the text layer with what the layer has in their place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from rag_core.geometry import Span
from rag_core.text.faithfulness.placing import Placing


class Gap(NamedTuple):
    """Words `[first, end)` of the read text that the layer does not have, and a span of the layer in their place.

    Either may be empty; `at` is where the span would be if it is.
    """

    first: int
    end: int
    layer: Span | None
    at: int


def gaps_in(placing: Placing, read: str, is_furniture: Callable[[Span], bool]) -> list[Gap]:
    """What differs, in the order of the read text; no page number of the layer stands in the place of words."""
    pairing = _Pairing(placing, read, is_furniture)
    return sorted([*pairing.of_words(), *pairing.of_layer()], key=lambda gap: (gap.first, gap.end))


class _Pairing:
    def __init__(self, placing: Placing, read: str, is_furniture: Callable[[Span], bool]) -> None:
        self.words, self.letters, self.gaps = placing.words, placing.letters, placing.gaps
        self.is_furniture = is_furniture
        self.has_figures = [any(map(str.isdigit, read[slice(*word.span)])) for word in self.words]
        self.places = {position: word.layer for position, word in enumerate(self.words) if word.layer}
        # The last word that ends, and the first that begins, after so many letters of the layer.
        ends = {int(self.letters[place.end]): position for position, place in self.places.items()}
        starts = {int(self.letters[self.places[i].start]): i for i in reversed(self.places)}
        self.before = {gap: ends.get(int(self.letters[gap.start]), -1) for gap in self.gaps}
        self.after = {gap: starts.get(int(self.letters[gap.end]), len(self.words)) for gap in self.gaps}
        self.used = set[Span]()

    def of_words(self) -> Iterator[Gap]:
        """Words that the layer does not have, with what it has between their neighbours."""
        following = {position: gap for gap, position in self.before.items()}
        preceding = {position: gap for gap, position in self.after.items()}
        for i, j in zip([-1, *self.places], [*self.places, len(self.words)], strict=True):
            if j > i + 1:
                gap = self._like(i, j, following.get(i), preceding.get(j))
                if gap:
                    self.used.add(gap)
                at = self.places[i].end if i >= 0 else self.places[j].start if j in self.places else 0
                yield Gap(i + 1, j, gap, at)

    def of_layer(self) -> Iterator[Gap]:
        """What the layer has between or beside words that are next to each other in the read text."""
        for gap in self.gaps:
            if gap not in self.used:
                i, j = self.before[gap], self.after[gap]
                first = i + 1 if i >= 0 else j if j < len(self.words) else 0
                yield Gap(first, first, gap, gap.start)

    def _like(self, i: int, j: int, *gaps: Span | None) -> Span | None:
        """Of what follows the word before and what precedes the word after, that which is about as long."""
        is_text = not any(self.has_figures[i + 1 : j])
        size = self.words[j - 1].span.end - self.words[i + 1].span.start
        found = [gap for gap in gaps if gap and gap not in self.used and not (is_text and self.is_furniture(gap))]
        return min(found, key=lambda gap: abs(gap.end - gap.start - size), default=None)
