"""Content words and their stems, in the languages for which nltk has both stop words and a stemmer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from rag_core.text.imports import import_in_turn
from rag_core.text.nltk_data import bundled_data

ENGLISH = "english"
_LANGUAGES = (
    "english", "danish", "dutch", "finnish", "french", "german", "hungarian", "italian", "norwegian", "portuguese",
    "romanian", "russian", "spanish", "swedish",
)  # fmt: skip
WORD = re.compile(r"[^\W_]+")
_POSSESSIVE = re.compile(r"['’]s\b")  # noqa: RUF001
# Letters of scripts that write no spaces between words.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
# Words that ask, rather than name what is asked for; the lists of stop words have only "what", "how" and the like.
_ASKING = frozenset((
    "according", "also", "could", "describe", "described", "discuss", "discussed", "document", "explain", "give",
    "list", "listed", "many", "may", "mention", "mentioned", "mentions", "might", "much", "name", "paper", "passage",
    "said", "say", "says", "state", "stated", "states", "tell", "text", "us", "would",
))  # fmt: skip


def words(text: str) -> list[str]:
    """The words of a text in lower case, without a possessive "'s"."""
    return WORD.findall(_POSSESSIVE.sub("", text.lower()))


def language(text: str) -> str:
    """The language most of whose stop words the text contains; English if none has any."""
    return language_of(words(text))


def language_of(found: Iterable[str]) -> str:
    """The same for a text whose words, in lower case, are known."""
    distinct = set(found)
    return max(_LANGUAGES, key=lambda name: len(distinct & _stop_words(name)))


def content_stems(text: str, of_language: str | None = None) -> Mapping[str, str]:
    """The stems of the content words, each with the word itself; none in a script without spaces.

    Without a language, it is the one that the text itself seems to be in.
    """
    if _UNSPACED.search(text):
        return MappingProxyType({})
    found = words(text)
    name = of_language or language_of(found)
    skipped = _stop_words(name) | (_ASKING if name == ENGLISH else set())
    return {stem(word, name): word for word in found if word not in skipped and len(word) > 1}


@lru_cache(maxsize=50_000)
def stem(word: str, of_language: str) -> str:
    """The stem of a word in lower case, by Snowball's rules for the language."""
    return str(_stemmer(of_language).stem(word))


@lru_cache(maxsize=len(_LANGUAGES))
def _stemmer(of_language: str):  # type: ignore[no-untyped-def]  # nltk has no types
    return import_in_turn("nltk.stem.snowball").SnowballStemmer(of_language)


@lru_cache(maxsize=len(_LANGUAGES))
def _stop_words(of_language: str) -> frozenset[str]:
    path = Path(bundled_data()) / "corpora" / "stopwords" / of_language
    return frozenset(word for line in path.read_text(encoding="utf-8").splitlines() for word in words(line))
