"""Strategies: one part for each slot, presets, and their text form."""

from rag_core.strategy.presets import DEFAULT_PRESETS, PRESETS, preset_names
from rag_core.strategy.strategy import Strategy

__all__ = ["DEFAULT_PRESETS", "PRESETS", "Strategy", "preset_names"]
