"""Trims what differs to the words that differ, and widens parts of words to whole ones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from rag_core.geometry import Span
from rag_core.text.faithfulness.differing import Gap
from rag_core.text.faithfulness.numerals import figures_of
from rag_core.text.faithfulness.words import Word, letters_in, words_in

_ONE_LETTER = ("a", "i", "à", "y", "e", "o", "é")
_INSIDE_NUMBER = re.compile(r"\d[.,]\d")
_MAX_ROTATED = 12  # words
_SENTENCE_END = re.compile(r"[.!?:][\"')\]\u201d\u2019*_]*\s+\W*$|\n\s*\W*$|^\W*$")
_SEVERAL_WORDS = 8  # letters that hardly are a prefix or an ending


class Difference(NamedTuple):
    """A span of the read text and one of the text layer that stand at the same place; either may be empty."""

    read: Span
    layer: Span


class WholeWords:
    """Makes differences of whole words, though the layer may have glued its words together."""

    def __init__(self, words: Sequence[Word], read: str, layer: str) -> None:
        self.words, self.read, self.layer = words, read, layer
        found = (letters_in(text[slice(*span)]) for text in (read, layer) for span in words_in(text))
        self.known = {word for word in found if word.isalpha() and (len(word) > 1 or word in _ONE_LETTER)}

    def difference(self, gap: Gap) -> Difference:
        """The difference of a gap, in whole words where these can be told apart."""
        first, end, there, at = gap
        if there is None:
            return Difference(self._read(*self._from_sentence(first, end)), Span(at, at))
        first, end, there = self._trimmed(first, end, there)
        if first == end:
            first, there = self._layer_from_sentence(first, there)
            end = first
        if letters_in(self.layer[slice(*there)]):
            first, end, there = self._widened(first, end, there)
        elif first < end:
            first, end = self._from_sentence(first, end)
        return Difference(self._read(first, end), there)

    def _from_sentence(self, first: int, end: int) -> tuple[int, int]:
        """Added words, from the beginning of their sentence: "This [is new. This] was" is "[This is new.] This was"."""
        for back in range(min(_MAX_ROTATED, first) + 1):
            if _ends_sentence(self.read, self.words[first - back].span.start):
                return first - back, end - back
            if back == first or self._letters(first - back - 1) != self._letters(end - back - 1):
                break
        return first, end

    def _layer_from_sentence(self, first: int, there: Span) -> tuple[int, Span]:
        """The same for words that the layer alone has."""
        start, stop = there
        for back in range(min(_MAX_ROTATED, first) + 1):
            if _ends_sentence(self.layer, start):
                return first - back, Span(start, stop)
            place = self.words[first - back - 1].layer if back < first else None
            length = self._suffix(first - back - 1, start, stop) if place and place.end <= start else 0
            if not place or not length:
                break
            start, stop = place.start, stop - length
        return first, there

    def _trimmed(self, first: int, end: int, there: Span) -> tuple[int, int, Span]:
        """Without the words at its beginning and end that the layer has there too."""
        start, stop = there
        while first < end and (length := self._prefix(first, start, stop)):
            first, start = first + 1, start + length
        while first < end and (length := self._suffix(end - 1, start, stop)):
            end, stop = end - 1, stop - length
        return first, end, Span(start, stop)

    def _prefix(self, word: int, start: int, stop: int) -> int:
        """How many characters of the layer from `start` on are the word; 0 if it does not begin with it."""
        wanted, found = self._letters(word), ""
        for position in range(start, stop):
            found = letters_in(self.layer[start : position + 1])
            if not wanted.startswith(found):
                return 0
            if found == wanted:
                return position + 1 - start if self._is_same(word, start, position + 1) else 0
        return 0

    def _suffix(self, word: int, start: int, stop: int) -> int:
        wanted = self._letters(word)
        for position in range(stop - 1, start - 1, -1):
            found = letters_in(self.layer[position:stop])
            if not wanted.endswith(found):
                return 0
            if found == wanted:
                return stop - position if self._is_same(word, position, stop) else 0
        return 0

    def _is_same(self, word: int, start: int, stop: int) -> bool:
        """Whether a word with the same letters is no other number."""
        here = self.read[slice(*self.words[word].span)]
        return not here[0].isdigit() or figures_of(here) == figures_of(self.layer[start:stop])

    def _widened(self, first: int, end: int, there: Span) -> tuple[int, int, Span]:
        """With the word before or after that it is a part of."""
        before = first - 1 if first > 0 and self._touches(first - 1, there, before=True) else None
        after = end if end < len(self.words) and self._touches(end, there, before=False) else None
        if self._is_word(there) or (first < end and before is not None and after is not None):
            return first, end, there
        if before is not None and (after is None or not self._makes_word(there, after)):
            return before, end, Span(self._place(before).start, there.end)
        return (first, end + 1, Span(there.start, self._place(end).end)) if after is not None else (first, end, there)

    def _touches(self, word: int, there: Span, *, before: bool) -> bool:
        """Whether the layer has nothing between the word and the span, or only the point of a number."""
        place = self.words[word].layer
        start, end = (place.end, there.start) if place and before else (there.end, place.start) if place else (1, 0)
        if start == end:
            return True
        number = self.layer[start - 1 : end + 1]
        return start < end and before and bool(_INSIDE_NUMBER.fullmatch(number))

    def _is_word(self, there: Span) -> bool:
        letters = letters_in(self.layer[slice(*there)])
        return letters in self.known or len(letters) >= _SEVERAL_WORDS

    def _makes_word(self, there: Span, after: int) -> bool:
        return letters_in(self.layer[slice(*there)]) + self._letters(after) in self.known

    def _letters(self, word: int) -> str:
        return letters_in(self.read[slice(*self.words[word].span)])

    def _place(self, word: int) -> Span:
        place = self.words[word].layer
        assert place is not None
        return place

    def _read(self, first: int, end: int) -> Span:
        if first < end:
            return Span(self.words[first].span.start, self.words[end - 1].span.end)
        at = self.words[first - 1].span.end if first > 0 else self.words[0].span.start if self.words else 0
        return Span(at, at)


def _ends_sentence(text: str, at: int) -> bool:
    return bool(_SENTENCE_END.search(text[max(at - 40, 0) : at]))
