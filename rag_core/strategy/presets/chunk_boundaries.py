"""Presets that cut the text by its meaning instead of by a size."""

from __future__ import annotations

from rag_core.strategy.presets.preset import Preset, Publication

_GROUP = "Chunk boundaries"

PRESETS = (
    Preset(
        name="semantic",
        group=_GROUP,
        values={
            "chunker": {"kind": "semantic", "breakpoint_percentile": 95, "buffer_size": 1},
            "budget": {"kind": "hits", "hits": 5},
        },
        purpose="Cuts where the text changes its subject, found by the vectors of neighbouring sentences, so that a "
        "chunk keeps to one subject whatever its length.",
        fails="It fails where the text has no prose, such as tables and lists, whose lines differ at random, and its "
        "longest chunks can take up the whole context.",
        source=Publication(
            "LlamaIndex: Semantic Chunker",
            "https://developers.llamaindex.ai/python/examples/node_parsers/semantic_chunking",
        ),
    ),
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
