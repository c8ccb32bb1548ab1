"""MaxSim over token vectors, and how much each word piece of a question weighs in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def max_similarities(
    asked: NDArray[Any], texts: Sequence[NDArray[Any]], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The weighted mean over the question's tokens of the highest similarity in each text, shape (texts,).

    All vectors have length 1. A text without tokens has the score 0, and so have all texts for a question without any.
    """
    scores = np.zeros(len(texts))
    filled = [i for i, vectors in enumerate(texts) if len(vectors)]
    if not filled or not weights.sum():
        return scores
    lengths = [len(texts[i]) for i in filled]
    similar = np.concatenate([texts[i] for i in filled]).astype(np.float32) @ asked.T
    best = np.maximum.reduceat(similar, np.cumsum([0, *lengths[:-1]]), axis=0)
    scores[filled] = best @ weights / weights.sum()
    return scores


def piece_weights(
    ids: NDArray[Any], documents: Iterable[tuple[NDArray[Any], NDArray[Any], NDArray[Any]]]
) -> NDArray[np.float64]:
    """The inverse document frequency of each word piece of a question, over chunks, by the formula of BM25.

    Each of the documents has the ids of its tokens, where each begins, and the spans of its chunks, of shape (n, 2).
    """
    distinct, places = np.unique(ids, return_inverse=True)
    containing, count = np.zeros(len(distinct)), 0
    for in_document, starts, spans in documents:
        count += len(spans)
        for i, piece in enumerate(distinct):
            edges = np.searchsorted(starts[in_document == piece], spans)
            containing[i] += np.count_nonzero(edges[:, 1] > edges[:, 0])
    weights: NDArray[np.float64] = np.log1p((count - containing + 0.5) / (containing + 0.5))
    return weights[places]
