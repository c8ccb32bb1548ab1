"""Presets that search for something other than the question as it was asked."""

from __future__ import annotations

from rag_core.strategy.presets.preset import Preset, Publication

_GROUP = "Query rewriting"

PRESETS = (
    Preset(
        name="hyde",
        group=_GROUP,
        values={"query": {"kind": "hyde"}, "budget": {"kind": "hits", "hits": 2}},
        purpose="Has a language model answer the question from memory and searches for text that resembles its answer, "
        "for questions that share few words with the passages that answer them.",
        fails="It fails where the model invents an answer that resembles the wrong passages, as with figures and "
        "documents that it has never seen, and each new question waits for a call that may cost money.",
        source=Publication(
            "Gao et al.: Precise Zero-Shot Dense Retrieval without Relevance Labels", "https://arxiv.org/abs/2212.10496"
        ),
        own_label="HyDE",
    ),
)
