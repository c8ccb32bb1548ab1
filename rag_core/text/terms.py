"""The words of a text as lexical search counts them: lower case, without stop words, stemmed.

Stop words are those of bm25s (https://github.com/xhluca/bm25s), stems those of Snowball.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Literal, NamedTuple, get_args

from rag_core.text.word_pieces import word_pieces

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


class Term(NamedTuple):
    """A word of a text, from `start` to `end`; `text` is what it counts as, such as its stem."""

    start: int
    end: int
    text: str


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
        for start, end in word_pieces(text):
            if term := self._term(text[start:end]):
                yield Term(start, end, term)

    def _uncached_term(self, word: str) -> str:
        word = word.lower()
        return "" if word in self._stop_words else self._stem(word)


@lru_cache(maxsize=len(LANGUAGES) * 2)
def words_of(language: Language, *, stemmed: bool) -> Words:
    """The words of a language; the terms of words seen before are cached."""
    return Words(language, stemmed=stemmed)


def _stemmer(language: Language) -> Callable[[str], str]:
    from Stemmer import Stemmer

    stem: Callable[[str], str] = Stemmer(language).stemWord
    return stem


def stop_words_name(language: Language) -> str | None:
    """The name of bm25s' tuple of stop words; None for a language for which it has none."""
    from bm25s import stopwords

    name = f"STOPWORDS_{'EN' if language == 'english' else language.upper()}"
    return name if hasattr(stopwords, name) else None


def function_words_name(language: Language) -> str | None:
    """The name of bm25s' tuple of words that name nothing: its stop words, for English its longer list.

    The shorter English list lacks the words of questions, such as "what" and "were".
    """
    return "STOPWORDS_EN_PLUS" if language == "english" else stop_words_name(language)


@lru_cache(maxsize=len(LANGUAGES))
def function_words(language: Language) -> frozenset[str]:
    """Words in lower case that name nothing, see `function_words_name`; empty where bm25s has none."""
    from bm25s import stopwords

    name = function_words_name(language)
    return frozenset(getattr(stopwords, name) if name else ())


def _stop_words(language: Language) -> frozenset[str]:
    from bm25s import stopwords

    name = stop_words_name(language)
    return frozenset(getattr(stopwords, name) if name else ())
