"""Words that were found in the text layer by chance: few of them together, far from what else was found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from rag_core.text.faithfulness.words import Ints, Word

_FAR = 40  # letters that only one text has between two words that were found
_MIN_LETTERS = 24  # that an island must have, less those in it that only one text has


def without_islands(words: Sequence[Word], letters: Ints) -> list[Word]:
    """The words, those of small islands without their place in the text layer."""
    found = list(words)
    for island in _islands(words, letters):
        if _score(words, island, letters) < _MIN_LETTERS and not _is_at_edge(words, island, letters):
            for position in island:
                found[position] = Word(words[position].span, None)
    return found


def _islands(words: Sequence[Word], letters: Ints) -> Iterator[list[int]]:
    """The positions of the words that were found, in groups that are far from each other in either text."""
    island: list[int] = []
    for position, word in enumerate(words):
        if word.layer is None:
            continue
        if island and _apart(words, island[-1], position, letters) > _FAR:
            yield island
            island = []
        island.append(position)
    if island:
        yield island


def _score(words: Sequence[Word], island: Sequence[int], letters: Ints) -> int:
    found = sum(_letters_of(words[position], letters) for position in island)
    return found - sum(_apart(words, one, other, letters) for one, other in pairwise(island))


def _apart(words: Sequence[Word], one: int, other: int, letters: Ints) -> int:
    """How many letters one of the texts has between two words; many where the layer has them in another order."""
    before, after = words[one].layer, words[other].layer
    if before is None or after is None or after.start < before.end:
        return _FAR + 1
    between = sum(word.span.end - word.span.start for word in words[one + 1 : other])
    return max(between, int(letters[after.start] - letters[before.end]))


def _is_at_edge(words: Sequence[Word], island: Sequence[int], letters: Ints) -> bool:
    """Whether little precedes it in both texts, or little follows it: that is the same place."""
    first, last = words[island[0]], words[island[-1]]
    if first.layer is None or last.layer is None:
        return False
    before = max(first.span.start - words[0].span.start, int(letters[first.layer.start]))
    after = max(words[-1].span.end - last.span.end, int(letters[-1] - letters[last.layer.end]))
    return min(before, after) <= _FAR


def _letters_of(word: Word, letters: Ints) -> int:
    return int(letters[word.layer.end] - letters[word.layer.start]) if word.layer else 0
