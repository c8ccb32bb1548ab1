"""Presets that search for small pieces and return larger ones."""

from __future__ import annotations

from rag_core.strategy.presets.preset import Preset, Publication

_GROUP = "Small to big"

PRESETS = (
    Preset(
        name="sentence_window",
        group=_GROUP,
        values={"reference": {"kind": "sentence_window", "window_sentences": 3}, "budget": {"kind": "hits", "hits": 2}},
        purpose="Finds single sentences and returns each with three sentences on each side, for precise search with "
        "enough context to answer from.",
        fails="It fails where no sentence says by itself what it is about, and where the answer is spread over more "
        "than a few sentences in a row.",
        source=Publication(
            "LlamaIndex: Metadata Replacement + Node Sentence Window",
            "https://developers.llamaindex.ai/python/examples/node_postprocessor/metadatareplacementdemo",
        ),
    ),
    Preset(
        name="auto_merging",
        group=_GROUP,
        values={
            "chunker": {"kind": "sentence", "chunk_tokens": 2048},
            "reference": {"kind": "hierarchy", "level_tokens": (512, 128), "merge_ratio": 0.5},
            "budget": {"kind": "hits", "hits": 12},
        },
        purpose="Finds parts of 128 tokens and returns the part of 512 or 2,048 tokens around them where most of it "
        "is found, so that the context is as large as what matches.",
        fails="It fails where what answers the question is scattered: nothing merges, and the hits are many small "
        "parts without their surroundings.",
        source=Publication(
            "LlamaIndex: Auto Merging Retriever",
            "https://developers.llamaindex.ai/python/examples/retrievers/auto_merging_retriever",
        ),
        own_label="Auto-merging",
    ),
)
