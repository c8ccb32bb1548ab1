"""Finds words without the spaces between them, by their letters alone: "AsLLMsareintegratedanddeployed", "of0.1"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from rag_core.geometry import Span
from rag_core.text.frequent_words import frequent_words

# Words that stand between others in almost every sentence; none of them is a part of English compounds.
_BETWEEN = frozenset((
    "the", "of", "and", "to", "in", "is", "are", "was", "were", "that", "this", "with", "for", "from", "by", "as",
    "be", "been", "which", "we", "our", "it", "its", "their", "can", "has", "have", "or", "at", "an", "these", "than",
))  # fmt: skip
_WEAK = frozenset(
    ("in", "is", "as", "be", "we", "it", "or", "at", "an", "has", "can", "our")
)  # syllables of other words
# Those after which a figure follows, and that end no word or name of letters and digits.
_BEFORE_FIGURE = re.compile(
    r"(?<![^\W_])(?:of|to|in|is|are|was|and|the|for|from|than|with|between|about|by)\d[\d.,]*(?![^\W_])"
)
_LETTERS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")  # noqa: RUF001
_ADDRESS = re.compile(r"https?:\S+|www\.\S+|\S+@\S+|\S+\.(?:com|org|net|edu|gov|io|py|json|html?)\b\S*", re.I)
_MIN_LETTERS = 9
_MIN_LONG, _MAX_UNKNOWN = 14, 0.25  # letters of a run that may have unknown ones, and their share
_MIN_WORDS = 3
_MIN_PART, _MAX_PART = 4, 20  # letters of a word that is not one of those between others


def glued_words(text: str, span: Span) -> Iterator[Span]:
    """The runs of letters in `text[span]` that are several English words with at least two spaces missing.

    Two words without a space between them are found only where a figure follows a word such as "of": compounds, names
    in camel case and formulas look the same.
    """
    addresses = [match.span() for match in _ADDRESS.finditer(text, span.start, span.end)]
    found = [Span(*match.span()) for match in _BEFORE_FIGURE.finditer(text, span.start, span.end)]
    for match in _LETTERS.finditer(text, span.start, span.end):
        if match.end() - match.start() >= _MIN_LETTERS and is_glued(match.group()):
            found.append(Span(*match.span()))
    for one in sorted(found):
        if not any(start < one.end and one.start < end for start, end in addresses):
            yield one


@lru_cache(maxsize=50_000)
def is_glued(word: str) -> bool:
    """Whether a run of letters is three words or more, one of them a word that stands between others.

    In a long run, a few letters may be of a name or an unknown word.
    """
    if not word.isascii() or word.lower() in frequent_words():
        return False
    parts = _split(word)
    known = [part for part in parts if _is_known(part)]
    unknown = len(word) - sum(map(len, known))
    if unknown and (len(word) < _MIN_LONG or unknown > _MAX_UNKNOWN * len(word)):
        return False
    strong = [part for part in parts[1:-1] if part in _BETWEEN - _WEAK]
    return len(known) >= _MIN_WORDS + bool(unknown) and bool(strong)


def _split(word: str) -> list[str]:
    """The parts of the word, in lower case: as few known words as possible, and as few letters of unknown ones."""
    lower = word.lower()
    best: list[tuple[float, int]] = [(0.0, 0)]  # the costs of the parts up to each letter, and where the last begins
    for end in range(1, len(lower) + 1):
        begins = range(max(0, end - _MAX_PART), end)
        costs = [(best[start][0] + _cost(lower[start:end]), start) for start in begins]
        best.append(min(costs))
    parts, end = [], len(lower)
    while end:
        start = best[end][1]
        parts.append(lower[start:end])
        end = start
    return parts[::-1]


def _cost(part: str) -> float:
    return 1.0 if _is_known(part) else 0.5 + 1.1 * len(part)


def _is_known(part: str) -> bool:
    return part in _BETWEEN or part == "a" or (len(part) >= _MIN_PART and part in frequent_words())
