"""Strategies: one part per slot, presets, and their text form."""

from rag_core.strategy.presets import (
    DEFAULT_PRESETS,
    DEFAULT_TOKENS,
    PRESETS,
    Preset,
    Publication,
    default_specs,
    name_in_words,
    preset_names,
)
from rag_core.strategy.strategy import Strategy
from rag_core.strategy.sweepable import SweepableField, sweepable_fields

__all__ = [
    "DEFAULT_PRESETS",
    "DEFAULT_TOKENS",
    "PRESETS",
    "Preset",
    "Publication",
    "Strategy",
    "SweepableField",
    "default_specs",
    "name_in_words",
    "preset_names",
    "sweepable_fields",
]
