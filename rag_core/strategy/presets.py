"""Presets: strategies by name, as data. What a preset does not say is the slot's default."""

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
}
# What a new session, the warm-up, and `compare` without --strategy run: LlamaIndex's notebook on the Llama 2 paper.
DEFAULT_PRESETS = ("baseline", "chunk_references", "metadata_references")


def preset_names() -> list[str]:
    """The names of the presets, in the order of the table."""
    return list(PRESETS)
