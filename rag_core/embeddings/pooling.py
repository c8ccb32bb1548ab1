"""How vectors of spans are made: each text embedded alone, pooled from the document's token vectors, or their mean."""

from __future__ import annotations

from typing import Literal, NamedTuple

from rag_core.embeddings.late.token_pass import DEFAULT_OVERLAP_PERCENT

Pooling = Literal["late", "per_chunk", "mean"]


class Pools(NamedTuple):
    """A column's pooling; the overlap of the model's windows matters for late pooling only."""

    pooling: Pooling = "per_chunk"
    window_overlap_percent: int = DEFAULT_OVERLAP_PERCENT
