"""Tokens of any span of a text, most of them counted once and for all spans."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import cached_property, lru_cache
from itertools import accumulate, pairwise

from rag_core.tokenizers.base import Tokenizer, get_tokenizer

_APART = 128  # characters from one anchor to the next, at least: counting so many costs as much as two look-ups
_SHORT = 2 * _APART


class SpanCounts:
    """Counts the tokens of spans of one text, each taken alone, by running sums up to anchors.

    An anchor is a space after something else than white space, where no token of the tokenizer reaches across: the
    tokens of a span that holds it are those before and those from it on.
    """

    def __init__(self, text: str, tokenizer: Tokenizer) -> None:
        self._text = text
        self._tokenizer = tokenizer

    def count(self, start: int, end: int) -> int:
        """The number of tokens of `text[start:end]`."""
        count, text = self._tokenizer.count, self._text
        if end - start < _SHORT or not self._tokenizer.ends_at_spaces:
            return count(text[start:end])
        anchors, sums = self._sums
        first, last = bisect_left(anchors, start), bisect_right(anchors, end) - 1
        if first >= last:
            return count(text[start:end])
        at_ends = ((start, anchors[first]), (anchors[last], end))
        return sums[last] - sums[first] + sum(count(text[a:b]) for a, b in at_ends if a < b)

    @cached_property
    def _sums(self) -> tuple[list[int], list[int]]:
        """The anchors, the text's ends among them, and how many tokens stand before each."""
        anchors = self._anchors()
        counts = (self._tokenizer.count(self._text[a:b]) for a, b in pairwise(anchors))
        return anchors, list(accumulate(counts, initial=0))

    def _anchors(self) -> list[int]:
        text, anchors = self._text, [0]
        space = text.find(" ", _APART)
        while space >= 0:
            apart = _APART
            if text[space - 1].isspace():
                apart = 1
            else:
                anchors.append(space)
            space = text.find(" ", space + apart)
        return [*anchors, len(text)]


@lru_cache(maxsize=16)
def span_counts(text: str, tokenizer: str) -> SpanCounts:
    """The counts of a text; those used last are kept."""
    return SpanCounts(text, get_tokenizer(tokenizer))
