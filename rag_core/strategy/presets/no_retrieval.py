"""Presets that put the whole document into the context."""

from __future__ import annotations

from rag_core.strategy.presets.preset import Preset, Publication

_GROUP = "No retrieval"

PRESETS = (
    Preset(
        name="whole_document",
        group=_GROUP,
        values={
            "chunker": {"kind": "sentence", "overlap_tokens": 0},
            "search": {"kind": "everything"},
            "budget": {"kind": "all"},
        },
        purpose="Gives the language model all of the text, once and in order, with its tokens and its cost, to show "
        "whether a question needs retrieval at all.",
        fails="It fails where the text is longer than the model's context window, where every question must be cheap, "
        "and where models overlook what stands in the middle of a long context.",
        source=Publication(
            "Liu et al.: Lost in the Middle, How Language Models Use Long Contexts", "https://arxiv.org/abs/2307.03172"
        ),
    ),
)
