"""The vectors of a few entries, for rerankers that compare them, also where the search has none."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag_core.stages.built_index import BuiltIndex
from rag_core.stages.entries import level_count
from rag_core.stages.resources import Resources


def vectors_of(entries: Sequence[int], built: BuiltIndex, resources: Resources) -> NDArray[np.float32]:
    """The vectors of the entries, of shape (levels, len(entries), dimensions).

    They are the search's; where it has none, as BM25, the texts of these entries are embedded separately.
    """
    if built.vectors is not None:
        return built.vectors.rows(entries)
    levels = level_count(built.entries)
    texts = [built.indexed_text(entry, level) for level in range(levels) for entry in entries]
    return resources.vectors.of_texts(texts).reshape(levels, len(entries), -1)
