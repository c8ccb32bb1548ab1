"""Presets that index each chunk together with words that place it in its document."""

from __future__ import annotations

from rag_core.strategy.presets.preset import Preset, Publication

_GROUP = "Added context"

PRESETS = (
    Preset(
        name="section_context",
        group=_GROUP,
        values={
            "chunker": {"kind": "markdown", "chunk_tokens": 512},
            "reference": {"kind": "section_context"},
            "search": {"kind": "hybrid"},
            "budget": {"kind": "hits", "hits": 5},
        },
        purpose="Cuts at headings and indexes each chunk with the headings above it, for passages that do not repeat "
        "what their section is about.",
        fails="It fails where headings are missing or say nothing, and where many chunks of one long section are told "
        "apart by their own words only.",
        source=Publication(
            "LlamaIndex: MarkdownNodeParser",
            "https://developers.llamaindex.ai/python/framework/module_guides/loading/node_parsers/modules",
        ),
    ),
)
