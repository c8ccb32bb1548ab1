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
)
