"""Where Punkt begins sentences, as LlamaIndex's SentenceSplitter asks it; of a part of a text, from those of the whole.

Punkt decides at each full stop by the words on either side. So within a part that begins with a sentence of the whole,
all but its last sentences are those of the whole, and only these, which may end elsewhere now, are put to Punkt again.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache

_SHORT = 400  # characters: less than the detour costs


def sentence_starts(text: str, start: int, end: int) -> list[int]:
    """Where the sentences of `text[start:end]`, taken alone, begin; ascending, in characters of `text`."""
    if end - start == len(text):
        return list(_of_whole(text))
    if end - start < _SHORT:
        return _of_part(text, start, end)
    whole = _of_whole(text)
    first = bisect_left(whole, start)
    if first == len(whole) or whole[first] != start or not _after_space(text, start):
        return _of_part(text, start, end)
    last = bisect_left(whole, end) - 1
    while last > first and not (_after_space(text, whole[last]) and _holds_two_words(text, whole[last], end)):
        last -= 1
    return [*whole[first:last], *_of_part(text, whole[last], end)]


def load() -> None:
    """Load the sentence model now, so that no measured time contains it."""
    _punkt()


def _of_part(text: str, start: int, end: int) -> list[int]:
    return [start + first for first, _ in _punkt().span_tokenize(text[start:end])]


@lru_cache(maxsize=16)
def _of_whole(text: str) -> list[int]:
    return _of_part(text, 0, len(text))


def _after_space(text: str, at: int) -> bool:
    return at == 0 or text[at - 1].isspace()


def _holds_two_words(text: str, start: int, end: int) -> bool:
    return len(text[start:end].split(None, 2)) >= 2


@lru_cache(maxsize=1)
def _punkt():  # type: ignore[no-untyped-def]  # nltk has no types
    from nltk.tokenize.punkt import PunktSentenceTokenizer

    return PunktSentenceTokenizer()
