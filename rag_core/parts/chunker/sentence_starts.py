"""Sentence starts by untrained Punkt, as in LlamaIndex's SentenceSplitter, with reuse for parts of a text.

Untrained Punkt decides at each full stop by the words before and after it. So sentences of a part of the text begin
where those of the whole text do, except perhaps at the ends of the part if these are inside words; in that case Punkt
runs again on the last sentence, or on the whole part.
"""

from __future__ import annotations

import re
import string
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from rag_core.geometry import Span
from rag_core.text.imports import import_in_turn

_STOPS = ".?!"
_SPACE = string.whitespace  # the characters that end a word for Punkt when it looks backwards
_SECOND_WORD = re.compile(rf"[{_SPACE}]\S")
_CLOSING = "\"')]}‘’“”«»"  # noqa: RUF001  (characters that Punkt moves to the sentence before)


class SharedSentences(NamedTuple):
    """The start positions of the sentences of a part: `before`, then `whole[first:last]`, then `rest`.

    `whole` has the sentence starts of the whole text; the sentences reused from it also have the same ends. Positions
    are characters of the whole text.
    """

    whole: Sequence[int]
    before: Sequence[int]
    first: int
    last: int
    rest: Sequence[int]


def sentence_starts(text: str, start: int, end: int) -> list[int]:
    """The start positions, in `text`, of the sentences that `text[start:end]` has as a text of its own; ascending."""
    shared = shared_sentences(text, start, end)
    if shared is None:
        return _of_part(text, start, end)
    whole, before, first, last, rest = shared
    return [*before, *whole[first:last], *rest]


def sentence_spans(text: str, start: int, end: int) -> list[Span]:
    """The sentences themselves, each with the white space after it, which tile `text[start:end]`."""
    starts = sentence_starts(text, start, end)
    return [Span(a, b) for a, b in pairwise([*starts, end])]


def shared_sentences(text: str, start: int, end: int) -> SharedSentences | None:
    """The sentences of `text[start:end]` as a text of its own; None if they must be computed by Punkt."""
    whole = _of_whole(text)
    if end - start == len(text):
        return SharedSentences(whole, (), 0, max(len(whole) - 1, 0), whole[-1:])
    first, last = bisect_left(whole, start), bisect_left(whole, end) - 1
    begins = first < len(whole) and whole[first] == start
    if start == end or not _begins_alike(text, start, at_sentence=begins):
        return None
    before = () if begins else (start,)
    if _ends_alike(text, start, end):
        return SharedSentences(whole, before, first, max(last, first), whole[last : last + 1] if first <= last else ())
    while last > first and not _holds_two_words(text, whole[last], end):
        last -= 1
    return SharedSentences(whole, before, first, last, _of_part(text, whole[last], end)) if last > first else None


def load() -> None:
    """Load the sentence model in advance, so that no measured time includes it."""
    _punkt()


def _begins_alike(text: str, start: int, *, at_sentence: bool) -> bool:
    """Whether Punkt, if it begins at `start`, sees the same words and the same end of the first sentence."""
    return _after_space(text, start) and (at_sentence or not (text[start].isspace() or text[start] in _CLOSING))


def _ends_alike(text: str, start: int, end: int) -> bool:
    """Whether Punkt, if it ends at `end`, sees the same full stops with the same words after them.

    A full stop at the very end has no word after it and does not count; but then an earlier one in the same word might.
    """
    if (end < len(text) and text[end] not in _SPACE) or text[end - 1].isspace():
        return False
    if text[end - 1] not in _STOPS:
        return True
    at = end - 2
    while at >= start and text[at] not in _SPACE:
        if text[at] in _STOPS:
            return False
        at -= 1
    return True


def _after_space(text: str, at: int) -> bool:
    # For Punkt, a space at the beginning of the text is part of the first word.
    return at == 0 or (at > 1 and text[at - 1] in _SPACE)


def _holds_two_words(text: str, start: int, end: int) -> bool:
    return _after_space(text, start) and _SECOND_WORD.search(text, start, end) is not None


def _of_part(text: str, start: int, end: int) -> list[int]:
    return [start + first for first, _ in _punkt().span_tokenize(text[start:end])]


@lru_cache(maxsize=16)
def _of_whole(text: str) -> list[int]:
    return _of_part(text, 0, len(text))


@lru_cache(maxsize=1)
def _punkt():  # type: ignore[no-untyped-def]  # nltk has no types
    return import_in_turn("nltk.tokenize.punkt").PunktSentenceTokenizer()
