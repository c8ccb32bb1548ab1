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
    Preset(
        name="contextual_retrieval",
        group=_GROUP,
        values={
            # MiniLM reads 256 tokens: half of them for the chunk, the other half for its context.
            "chunker": {"kind": "sentence", "chunk_tokens": 128, "overlap_tokens": 0},
            "reference": {"kind": "llm_context"},
            "search": {"kind": "hybrid"},
            "budget": {"kind": "hits", "hits": 16},
        },
        purpose="Indexes every chunk after a sentence by a language model that places it in its document, so that a "
        'chunk that says "it" or "the company" is found by the name that it means.',
        fails="It fails where nobody can pay for a call with the whole document for each chunk, and where the document "
        "exceeds the model's context window, so that the model sees a part of it only.",
        source=Publication(
            "Anthropic: Introducing Contextual Retrieval", "https://www.anthropic.com/news/contextual-retrieval"
        ),
    ),
)
