"""Whether texts are about the chunks that they are said to be about, by the words that both hold."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# Words of four letters or more; of scripts without spaces, each two neighbouring characters.
_UNSPACED = "\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_WORD = re.compile(rf"[^\W{_UNSPACED}]{{4,}}|(?=([{_UNSPACED}]{{2}}))")
_FEWEST_WORDS = 4  # in a text that says enough to be judged
_LEAST_SHARE = 0.25  # of the weight of a text's words that its chunk holds


class TopicMatch(NamedTuple):
    """Of `judged` texts, `matching` are about their chunks."""

    matching: int
    judged: int


def match_topics(texts: Sequence[str], chunks: Sequence[str]) -> TopicMatch:
    """A text is about its chunk if that holds some of its words, and no other more: rare words weigh more."""
    of_chunks = list(map(_words, chunks))
    places: defaultdict[str, list[int]] = defaultdict(list)
    for i, words in enumerate(of_chunks):
        for word in words:
            places[word].append(i)
    judged = [(i, words) for i, words in enumerate(map(_words, texts)) if len(words) >= _FEWEST_WORDS]
    shares = [(i, _shares(words, places, len(chunks))) for i, words in judged]
    matching = [i for i, share in shares if share[i] >= max(_LEAST_SHARE, share.max() - 1e-9)]
    return TopicMatch(len(matching), len(judged))


def _words(text: str) -> set[str]:
    return {match[1] or match[0] for match in _WORD.finditer(text.casefold()) if match[1] or match[0]}


def _shares(words: set[str], places: dict[str, list[int]], chunks: int) -> NDArray[np.float64]:
    """Of the weight of the words, what each chunk holds, from 0 to 1."""
    found, total = np.zeros(chunks), 0.0
    for word in words:
        here = places.get(word, [])
        weight = float(np.log((1 + chunks) / (1 + len(here)))) + 1
        found[here] += weight
        total += weight
    return found / total
