"""Counts the tokens of any span of a text by means of cumulative sums."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from functools import cached_property, lru_cache
from itertools import accumulate, pairwise

from rag_core.text.tokenizers.base import Tokenizer, get_tokenizer

_MIN_SUMMED = 24  # characters; for shorter spans, counting is faster than a lookup
_ANCHORS = re.compile(r"(?<=\S) ")


class SpanCounts:
    """Counts the tokens that spans of a text have as separate texts, by cumulative sums at anchors.

    An anchor is a space after a non-space character. No token crosses it, so the count of a span that contains an
    anchor is the sum of the counts before it and from it on.
    """

    def __init__(self, text: str, tokenizer: Tokenizer, *, min_summed: int = _MIN_SUMMED) -> None:
        """Prepare the counts of `text`; spans of fewer than `min_summed` characters are always counted directly."""
        self._text = text
        self._min_summed = min_summed
        self._tokenizer = tokenizer

    def count(self, start: int, end: int) -> int:
        """The number of tokens of `text[start:end]`."""
        count, text = self._tokenizer.count, self._text
        if end - start < self._min_summed or not self._tokenizer.ends_at_spaces:
            return count(text[start:end])
        anchors, sums = self._sums
        first = bisect_left(anchors, start)
        last = bisect_right(anchors, end, first) - 1
        if first >= last:
            return count(text[start:end])
        tokens = sums[last] - sums[first]
        if anchors[first] > start:
            tokens += count(text[start : anchors[first]])
        if anchors[last] < end:
            tokens += count(text[anchors[last] : end])
        return tokens

    @cached_property
    def _sums(self) -> tuple[array[int], array[int]]:
        """The anchors and both ends of the text, and the number of tokens before each of them."""
        text = self._text
        anchors = array("i", [0, *(match.start() for match in _ANCHORS.finditer(text)), len(text)])
        words = [text[start:end] for start, end in pairwise(anchors)]
        tokens = {word: self._tokenizer.count(word) for word in set(words)}
        return anchors, array("i", accumulate(map(tokens.__getitem__, words), initial=0))


@lru_cache(maxsize=16)
def span_counts(text: str, tokenizer: str) -> SpanCounts:
    """The counts of a text; those of recently used texts are cached."""
    return SpanCounts(text, get_tokenizer(tokenizer))
