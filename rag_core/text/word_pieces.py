"""Finds the words of a text for lexical search.

Words are those of bm25s (https://github.com/xhluca/bm25s), but for superscript digits. Words of languages written
without spaces are cut into overlapping pairs of characters, as Lucene's CJKBigramFilter does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

UNSPACED_LETTERS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
# Superscript digits are marks of footnotes and exponents: "tokens\u2074" is the word "tokens".
WORD_LETTER = r"[^\W\u00b2\u00b3\u00b9\u2070\u2074-\u2079]"
WORD = re.compile(rf"(?<!{WORD_LETTER}){WORD_LETTER}{{2,}}|[{UNSPACED_LETTERS}]")
UNSPACED = re.compile(f"[{UNSPACED_LETTERS}]+")


def word_pieces(text: str) -> Iterator[tuple[int, int]]:
    """Where the words of the text start and end, in order."""
    for match in WORD.finditer(text):
        word = match.group()
        if word.isascii() or not UNSPACED.search(word):
            yield match.span()
        else:
            yield from ((match.start() + start, match.start() + end) for start, end in pairs_of(word))


def pairs_of(word: str) -> Iterator[tuple[int, int]]:
    """The pairs of characters of each part that is written without spaces, and the other parts as they are."""
    at = 0
    for run in UNSPACED.finditer(word):
        if run.start() - at > 1:
            yield at, run.start()
        for first in range(run.start(), max(run.end() - 1, run.start() + 1)):
            yield first, min(first + 2, run.end())
        at = run.end()
    if len(word) - at > 1:
        yield at, len(word)
