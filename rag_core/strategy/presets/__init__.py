"""Presets: named strategies, as data. One file a group; the groups in the order in which they are listed."""

from __future__ import annotations

from rag_core.part import Registry
from rag_core.strategy.presets import (
    added_context,
    chunk_boundaries,
    hybrid_search,
    no_retrieval,
    notebook,
    query_rewriting,
    small_to_big,
)
from rag_core.strategy.presets.preset import Preset, Publication, name_in_words

__all__ = [
    "DEFAULT_PRESETS",
    "DEFAULT_TOKENS",
    "PRESETS",
    "Preset",
    "Publication",
    "default_specs",
    "name_in_words",
    "preset_names",
]

PRESETS: Registry[Preset] = Registry("preset")
for _group in (
    notebook,
    small_to_big,
    hybrid_search,
    added_context,
    query_rewriting,
    chunk_boundaries,
    no_retrieval,
):
    for _preset in _group.PRESETS:
        PRESETS.register(_preset.name, _preset)

# The strategies of LlamaIndex's notebook on the Llama 2 paper, and spans cut at query time.
DEFAULT_PRESETS = ("baseline", "chunk_references", "metadata_references", "query_spans")
# What the notebook's baseline retrieves: two chunks of 1,024 tokens.
DEFAULT_TOKENS = 2000


def default_specs() -> list[str]:
    """What a new session and `compare` without --strategy run: the default presets, at equal context tokens."""
    return [f"{name}:budget.tokens={DEFAULT_TOKENS}" for name in DEFAULT_PRESETS]


def preset_names() -> list[str]:
    """The names of the presets, group by group."""
    return list(PRESETS)
