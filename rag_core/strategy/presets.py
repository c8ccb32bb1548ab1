"""Presets: named strategies, as data. Slots that a preset does not mention have their default parts."""

from __future__ import annotations

from typing import Any

PRESETS: dict[str, dict[str, dict[str, Any]]] = {
    "baseline": {
        "reference": {"kind": "itself"},
        "budget": {"kind": "hits", "hits": 2},
    },
    "chunk_references": {
        "reference": {"kind": "children", "child_tokens": (128, 256, 512), "overlap_tokens": 20},
        "budget": {"kind": "distinct_parents"},
    },
    "metadata_references": {
        "reference": {"kind": "metadata", "questions": 5},
        "search": {"kind": "dense", "entries": 2},
        "budget": {"kind": "distinct_parents"},
    },
    "hybrid": {
        "search": {"kind": "hybrid"},
        "budget": {"kind": "hits", "hits": 2},
    },
    "query_spans": {
        "chunker": {"kind": "atoms"},
        "reference": {"kind": "windows"},
        "search": {"kind": "hybrid", "numbers_lengthen": False},
        "budget": {"kind": "score_share"},
    },
}
# The strategies of LlamaIndex's notebook on the Llama 2 paper, and spans cut at query time.
DEFAULT_PRESETS = ("baseline", "chunk_references", "metadata_references", "query_spans")
# What the notebook's baseline retrieves: two chunks of 1,024 tokens.
DEFAULT_TOKENS = 2000


def default_specs() -> list[str]:
    """What a new session and `compare` without --strategy run: the default presets, at equal context tokens."""
    return [f"{name}:budget.tokens={DEFAULT_TOKENS}" for name in DEFAULT_PRESETS]


def preset_names() -> list[str]:
    """The names of the presets, in the order of `PRESETS`."""
    return list(PRESETS)
