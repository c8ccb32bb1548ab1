"""The words of a read text, and where each of them stands whole in the text layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag_core.geometry import Span
from rag_core.text.alignment import Alignment
from rag_core.text.faithfulness.islands import without_islands
from rag_core.text.faithfulness.words import Ints, Word, words_in


@dataclass(frozen=True, eq=False)
class Placing:
    """The words of a read text in its order, and the letters of the text layer that are in none of them.

    `letters` counts the letters and digits before each position of the text layer; `gaps` are the spans of it without a
    word, from its first letter to its last.
    """

    words: list[Word]
    letters: Ints
    gaps: list[Span]


def placing_of(read: str, layer: str, alignment: Alignment) -> Placing:
    """Look up each word of the read text in the text layer."""
    letters = np.concatenate(([0], np.cumsum(_are_letters(layer))))
    places = _places(alignment, len(read))
    words = without_islands([_placed(span, read, places, letters) for span in words_in(read)], letters)
    return Placing(words, letters, gaps_of(words, letters))


def _placed(span: Span, read: str, places: Ints, letters: Ints) -> Word:
    at = places[[position for position in range(*span) if read[position].isalnum()]]
    if not len(at) or (at < 0).any():
        return Word(span, None)
    firsts, lasts = at[:, 0], at[:, 1]
    together = (firsts[1:] >= lasts[:-1]) & (letters[firsts[1:]] <= letters[lasts[:-1] + 1])
    return Word(span, Span(int(firsts[0]), int(lasts[-1]) + 1) if together.all() else None)


def _places(alignment: Alignment, characters: int) -> Ints:
    """The first and the last counterpart of every character, -1 for none: shape (characters, 2)."""
    places = np.full((characters, 2), -1, np.int64)
    a, b = alignment.pairs.T
    places[a[::-1], 0] = b[::-1]
    places[a, 1] = b
    return places


def without_lines(placing: Placing, lines: Sequence[Span]) -> Placing:
    """The placing as if the text layer had no letters in these lines, except in lines with a placed word."""
    letters = np.diff(placing.letters)
    has_word = np.zeros(len(letters) + 1, np.int64)
    for word in placing.words:
        if word.layer:
            has_word[word.layer.start] = 1
    before = np.concatenate(([0], np.cumsum(has_word)))
    for line in lines:
        if before[line.start] == before[line.end]:
            letters[slice(*line)] = 0
    counted = np.concatenate(([0], np.cumsum(letters)))
    return Placing(placing.words, counted, gaps_of(placing.words, counted))


def gaps_of(words: list[Word], letters: Ints, beyond: Sequence[Span] = ()) -> list[Span]:
    """The stretches of the text layer that are in no word and not beyond reach."""
    free = np.diff(letters) > 0
    for span in [*(word.layer for word in words), *beyond]:
        if span:
            free[slice(*span)] = False
    at = np.flatnonzero(free)
    is_taken = np.diff(letters) > 0
    is_taken &= ~free
    taken = np.concatenate(([0], np.cumsum(is_taken)))
    firsts = np.flatnonzero(np.concatenate(([True], np.diff(taken[at]) > 0)))[: len(at)]
    lasts = np.append(firsts, len(at))[1:] - 1
    return [Span(int(at[first]), int(at[last]) + 1) for first, last in zip(firsts, lasts, strict=True)]


def _are_letters(text: str) -> NDArray[np.bool_]:
    return np.fromiter((char.isalnum() for char in text), np.bool_, count=len(text))
