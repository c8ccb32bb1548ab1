"""Presets that search by meaning and by words at once."""

from __future__ import annotations

from rag_core.strategy.presets.preset import Preset, Publication

_GROUP = "Hybrid search"

PRESETS = (
    Preset(
        name="hybrid",
        group=_GROUP,
        values={"search": {"kind": "hybrid"}, "budget": {"kind": "hits", "hits": 2}},
        purpose="Adds BM25 to the vectors of the baseline, for names, numbers and rare terms that an embedding model "
        "blurs.",
        fails="It fails where the question shares its words with the wrong passages, as in financial reports, whose "
        "pages repeat the same terms.",
        source=Publication(
            "Bruch et al.: An Analysis of Fusion Functions for Hybrid Retrieval", "https://arxiv.org/abs/2210.11934"
        ),
    ),
    Preset(
        name="hybrid_mmr",
        group=_GROUP,
        values={
            "chunker": {"kind": "sentence", "chunk_tokens": 256, "overlap_tokens": 20},
            "search": {"kind": "hybrid"},
            "rerank": {"kind": "mmr", "lambda_mult": 0.7},
            "budget": {"kind": "hits", "hits": 5},
        },
        purpose="Takes small chunks that are relevant and unlike each other, for questions whose answer is spread over "
        "several places, and for texts that repeat themselves.",
        fails="It fails where the answer stands in neighbouring passages that resemble each other, since each "
        "one taken pushes the others down.",
        source=Publication(
            "Carbonell and Goldstein: The Use of MMR, Diversity-Based Reranking for Reordering Documents and Producing "
            "Summaries",
            "https://doi.org/10.1145/290941.291025",
        ),
        own_label="Hybrid + MMR",
    ),
)
