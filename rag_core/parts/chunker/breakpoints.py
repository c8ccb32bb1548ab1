"""Where neighbouring groups of sentences differ most, given the vectors of the groups."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray


def neighbour_distances(vectors: NDArray[np.floating]) -> NDArray[np.float64]:
    """1 minus the cosine similarity of each group and the next, shape (groups - 1,); zero vectors have similarity 0."""
    exact = np.asarray(vectors, np.float64)
    norms = np.linalg.norm(exact, axis=1)
    products, scale = np.einsum("id,id->i", exact[:-1], exact[1:]), norms[:-1] * norms[1:]
    return np.asarray(1 - np.divide(products, scale, out=np.zeros_like(scale), where=scale > 0))


def breakpoints(distances: NDArray[np.float64], percentile: float) -> list[int]:
    """The sentences after which the text is cut: those whose distance to the next exceeds the percentile of all."""
    if not len(distances):
        return []
    found: list[int] = np.flatnonzero(distances > np.percentile(distances, percentile)).tolist()
    return found


def weakest_cuts(
    distances: NDArray[np.float64], first: int, last: int, fits: Callable[[int, int], bool]
) -> Iterator[tuple[int, int]]:
    """The sentences from `first` to before `last`, cut at the largest distances until each part fits or is a sentence.

    `fits` says whether the sentences from one number to before another fit a chunk.
    """
    waiting = [(first, last)]
    while waiting:
        start, end = waiting.pop()
        if end - start < 2 or fits(start, end):
            yield start, end
            continue
        cut = start + int(np.argmax(distances[start : end - 1])) + 1
        waiting += [(cut, end), (start, cut)]
