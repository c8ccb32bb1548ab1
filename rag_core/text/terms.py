"""The words of a text as lexical search counts them: lower case, without stop words, stemmed.

Words and stop words are those of bm25s (https://github.com/xhluca/bm25s), stems those of Snowball. Words of languages
written without spaces are cut into overlapping pairs of characters, as Lucene's CJKBigramFilter does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Literal, NamedTuple, get_args

Language = Literal[
    "english",
    "arabic",
    "danish",
    "dutch",
    "finnish",
    "french",
    "german",
    "greek",
    "hindi",
    "hungarian",
    "italian",
    "norwegian",
    "portuguese",
    "romanian",
    "russian",
    "spanish",
    "swedish",
    "turkish",
]
LANGUAGES: tuple[Language, ...] = get_args(Language)
_UNSPACED_LETTERS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
WORD = re.compile(rf"\b\w\w+\b|[{_UNSPACED_LETTERS}]")
_UNSPACED = re.compile(f"[{_UNSPACED_LETTERS}]+")


class Term(NamedTuple):
    """A term at a position of a text; `begins_word` is false for the second and later terms cut from one word."""

    start: int
    text: str
    begins_word: bool


class Words:
    """Finds the terms of texts in one language; `stemmed` reduces each word to its Snowball stem."""

    def __init__(self, language: Language, *, stemmed: bool) -> None:
        self._stop_words = _stop_words(language)
        self._stem = _stemmer(language) if stemmed else str
        self._term = lru_cache(maxsize=200_000)(self._uncached_term)

    def terms(self, text: str) -> list[str]:
        """The terms of a text, in order; stop words have none."""
        return [term.text for term in self.placed(text)]

    def placed(self, text: str) -> Iterator[Term]:
        """The terms of a text with their positions, in order."""
        for match in WORD.finditer(text):
            word = match.group()
            if word.isascii() or not _UNSPACED.search(word):
                if term := self._term(word):
                    yield Term(match.start(), term, True)
            else:
                yield from self._cut(word, match.start())

    def _cut(self, word: str, start: int) -> Iterator[Term]:
        """The terms of a word, part of which is written without spaces."""
        begins = True
        for first, last in _pairs(word):
            if term := self._term(word[first:last]):
                yield Term(start + first, term, begins)
                begins = False

    def _uncached_term(self, word: str) -> str:
        word = word.lower()
        return "" if word in self._stop_words else self._stem(word)


def _pairs(word: str) -> Iterator[tuple[int, int]]:
    """The pairs of characters of each part that is written without spaces, and the other parts as they are."""
    at = 0
    for run in _UNSPACED.finditer(word):
        if run.start() - at > 1:
            yield at, run.start()
        for first in range(run.start(), max(run.end() - 1, run.start() + 1)):
            yield first, min(first + 2, run.end())
        at = run.end()
    if len(word) - at > 1:
        yield at, len(word)


@lru_cache(maxsize=len(LANGUAGES) * 2)
def words_of(language: Language, *, stemmed: bool) -> Words:
    """The words of a language; the terms of words seen before are cached."""
    return Words(language, stemmed=stemmed)


def _stemmer(language: Language) -> Callable[[str], str]:
    from Stemmer import Stemmer

    stem: Callable[[str], str] = Stemmer(language).stemWord
    return stem


def _stop_words(language: Language) -> frozenset[str]:
    """The stop words of bm25s; none for a language for which it has none."""
    from bm25s import stopwords

    name = "EN" if language == "english" else language.upper()
    return frozenset(getattr(stopwords, f"STOPWORDS_{name}", ()))
