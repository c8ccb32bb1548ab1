"""How rare a word is in a document."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from rag_core.documents.document import Document
from rag_core.text.words import language_of, stem, words

# Letters that all words of one stem begin with; a stemmer changes what follows.
PREFIX = 3
_SENTENCE_WORDS = 20
_CACHED_DOCUMENTS = 16


class Vocabulary:
    """The words of a text with their numbers of occurrences, and its language."""

    def __init__(self, text: str) -> None:
        self._counts = Counter(words(text))
        self._sorted = sorted(self._counts)
        self._sentences = self._counts.total() / _SENTENCE_WORDS
        self.language = language_of(self._counts)

    def weight(self, of_stem: str, of_language: str) -> float:
        """The inverse document frequency of a stem, over stretches of the length of a sentence."""
        return math.log(1 + self._sentences / (self.count(of_stem, of_language) + 0.5))

    def __contains__(self, word: str) -> bool:
        return word in self._counts

    def count(self, of_stem: str, of_language: str) -> int:
        """How often words with a stem occur."""
        prefix = of_stem[:PREFIX]
        return sum(self._counts[word] for word in self._beginning(prefix) if stem(word, of_language) == of_stem)

    def _beginning(self, prefix: str) -> Iterable[str]:
        for i in range(bisect_left(self._sorted, prefix), len(self._sorted)):
            if not self._sorted[i].startswith(prefix):
                return
            yield self._sorted[i]


@lru_cache(maxsize=_CACHED_DOCUMENTS)
def _of_text(name: str, text: str) -> Vocabulary:
    return Vocabulary(f"{name}\n{text}")


def vocabulary(document: Document) -> Vocabulary:
    """The vocabulary of a document and its name, cached for a few documents."""
    return _of_text(document.name, document.text)
