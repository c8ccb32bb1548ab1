"""Dehyphenation: which hyphens at line ends belong to their word, judged by the rest of the document."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import zip_longest

HYPHEN_MARK = "\x02"  # what pdfium gives for a hyphen at a line end
SOFT_HYPHEN = "\u00ad"
_HYPHENS = "-\u2010\u05be" + HYPHEN_MARK + SOFT_HYPHEN
_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
_LEFT = re.compile(r"(?<![\w\u2010-])[\w\u2010-]*\w\Z")
_RIGHT = re.compile(r"\w+(?:[-\u2010]\w+)*")


def count_words(texts: Sequence[str]) -> Counter[str]:
    """How often each word occurs in the lines, in lower case; hyphenated words count whole, broken words not at all."""
    words: Counter[str] = Counter()
    broken_before = False
    for text, following in zip_longest(texts, texts[1:], fillvalue=""):
        found = [match.group().lower() for match in _WORD.finditer(text)]
        broken = is_broken(text, following)
        words.update(found[broken_before : len(found) - broken])
        broken_before = broken
    return words


def is_broken(before: str, after: str) -> bool:
    """Whether a line ends in the middle of a word that the next line continues."""
    return len(before) > 1 and before[-1] in _HYPHENS and before[-2].isalnum() and after[:1].isalnum()


def keeps_hyphen(before: str, after: str, words: Counter[str]) -> bool:
    """Whether the hyphen at the end of `before` belongs to the word itself ("GPT-" + "Neo", "state-of-" + "the-art").

    Words are broken before a small letter only. The document's own spelling elsewhere decides; without it the word
    was broken, unless it has other hyphens and both neighbours of this one are words.
    """
    left, right = _LEFT.search(before[:-1]), _RIGHT.match(after)
    if before[-1] == SOFT_HYPHEN or left is None or right is None:
        return before[-1] != SOFT_HYPHEN
    head, tail = left.group().lower(), right.group().lower()
    if not after[0].islower():
        return True
    joined, hyphenated = words[head + tail], words[f"{head}-{tail}"]
    if joined or hyphenated:
        return hyphenated > joined
    head, tail = re.split("[-\u2010]", head)[-1], re.split("[-\u2010]", tail)[0]
    compound = head != left.group().lower() or tail != right.group().lower()
    return compound and not words[head + tail] and bool(words[head] and words[tail])
