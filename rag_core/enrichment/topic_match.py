"""Whether texts are about the chunks that they belong to, by the words that both contain."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# Words of at least four letters; in scripts without spaces, every two neighbouring characters.
_UNSPACED = "\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_WORD = re.compile(rf"[^\W{_UNSPACED}]{{4,}}|(?=([{_UNSPACED}]{{2}}))")
_MIN_WORDS = 4  # of a text that is long enough to be judged
_MIN_SHARE = 0.25  # of the weight of a text's words that its chunk contains


class TopicMatch(NamedTuple):
    """The number of texts that were judged, and of those that are about their chunks."""

    matching: int
    judged: int


def match_topics(texts: Sequence[str], chunks: Sequence[str]) -> TopicMatch:
    """A text matches its chunk if no other contains more of its words; rare words have more weight."""
    of_chunks = list(map(_words, chunks))
    places: defaultdict[str, list[int]] = defaultdict(list)
    for i, words in enumerate(of_chunks):
        for word in words:
            places[word].append(i)
    judged = [(i, words) for i, words in enumerate(map(_words, texts)) if len(words) >= _MIN_WORDS]
    shares = [(i, _shares(words, places, len(chunks))) for i, words in judged]
    matching = [i for i, share in shares if share[i] >= max(_MIN_SHARE, share.max() - 1e-9)]
    return TopicMatch(len(matching), len(judged))


def _words(text: str) -> set[str]:
    return {match[1] or match[0] for match in _WORD.finditer(text.casefold()) if match[1] or match[0]}


def _shares(words: set[str], places: dict[str, list[int]], chunks: int) -> NDArray[np.float64]:
    """The share of the words' weight that each chunk contains, from 0 to 1; shape (chunks,)."""
    found, total = np.zeros(chunks), 0.0
    for word in words:
        here = places.get(word, [])
        weight = float(np.log((1 + chunks) / (1 + len(here)))) + 1
        found[here] += weight
        total += weight
    return found / total
