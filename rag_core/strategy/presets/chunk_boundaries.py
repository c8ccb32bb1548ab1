"""Presets that cut the text by its meaning instead of by a size."""

from __future__ import annotations

from rag_core.strategy.presets.preset import Preset, Publication

_GROUP = "Chunk boundaries"

PRESETS = (
    Preset(
        name="query_spans",
        group=_GROUP,
        values={
            "chunker": {"kind": "atoms"},
            "reference": {"kind": "windows"},
            "search": {"kind": "hybrid", "numbers_lengthen": False},
            "budget": {"kind": "score_share"},
        },
        purpose="Cuts the text when the question is asked, scoring every sentence in windows of several widths, for "
        "high recall from little context.",
        fails="It fails where an answer needs one long passage in full, because it returns many short spans, and an "
        "embedding model without token vectors cannot make it.",
        source=Publication(
            "Günther et al.: Late Chunking, Contextual Chunk Embeddings Using Long-Context Embedding Models",
            "https://arxiv.org/abs/2409.04701",
        ),
    ),
)
