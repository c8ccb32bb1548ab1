"""Makes a ranking from the scores of all entries of an index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from rag_core.stages.entries import Entry
from rag_core.stages.ordering import TIE, best_first
from rag_core.stages.ranking import Ranking, ScoredEntries

Scores = NDArray[np.float32]


def ranked(order: NDArray[np.intp], limit: int | None, stages: Mapping[str, Scores], tie: float = TIE) -> Ranking:
    """The best entries, at most `limit` if given, by the score of the last stage.

    Those whose scores differ by at most `tie` are in the given order.
    """
    scores = list(stages.values())[-1]
    best = order[best_first(scores[order], tie)][:limit]
    return Ranking(ScoredEntries(best, scores[best]), complete=len(best) == len(scores), stages=stages)


def document_order(entries: Sequence[Entry]) -> NDArray[np.intp]:
    """The positions of the entries in the order of the documents and their text."""
    starts = [(entry.span or entry.chunk).start for entry in entries]
    return np.lexsort((starts, [entry.document for entry in entries]))
