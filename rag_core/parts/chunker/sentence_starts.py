"""Sentence starts by Punkt, as LlamaIndex's SentenceSplitter has them, for parts of a text from those of the whole.

Untrained, Punkt decides at each full stop by the word before it and the word after it. So within a part of the text,
sentences begin where those of the whole do, but perhaps at its ends, if these are not at the ends of words; then its
last sentence, or all of the part, is put to Punkt again.
"""

from __future__ import annotations

import re
import string
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from rag_core.text.punkt import punkt_module

_STOPS = ".?!"
_SPACE = string.whitespace  # what Punkt takes for the end of a word, looking backwards
_SECOND_WORD = re.compile(rf"[{_SPACE}]\S")
_CLOSING = "\"')]}‘’“”«»"  # noqa: RUF001  (what Punkt moves to the sentence before it)


class SharedSentences(NamedTuple):
    """The sentences of a part by where they begin: `before`, then `whole[first:last]`, then `rest`.

    `whole` are those of the whole text, and the ones taken from it end where they end there. In characters.
    """

    whole: Sequence[int]
    before: Sequence[int]
    first: int
    last: int
    rest: Sequence[int]


def sentence_starts(text: str, start: int, end: int) -> list[int]:
    """Where the sentences of `text[start:end]`, taken alone, begin; ascending, in characters of `text`."""
    shared = shared_sentences(text, start, end)
    if shared is None:
        return _of_part(text, start, end)
    whole, before, first, last, rest = shared
    return [*before, *whole[first:last], *rest]


def shared_sentences(text: str, start: int, end: int) -> SharedSentences | None:
    """The sentences of `text[start:end]`, taken alone; None where only Punkt can tell."""
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
    """Load the sentence model now, so that no measured time contains it."""
    _punkt()


def _begins_alike(text: str, start: int, *, at_sentence: bool) -> bool:
    """Whether Punkt, beginning there, sees the same words, and the full stop that ends the sentence there."""
    return _after_space(text, start) and (at_sentence or not (text[start].isspace() or text[start] in _CLOSING))


def _ends_alike(text: str, start: int, end: int) -> bool:
    """Whether Punkt, ending there, sees the same full stops with the same words after them, but for the last one.

    That one, with no word after it any more, does not count: but then another one in its word might.
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
    # A space that begins the text is, to Punkt, part of the word after it.
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
    return punkt_module().PunktSentenceTokenizer()
