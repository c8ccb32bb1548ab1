"""Strategies: one part for each slot, presets, and their text form."""

from rag_core.strategy.strategy import PRESETS, SHARED, Strategy, preset_names

__all__ = ["PRESETS", "SHARED", "Strategy", "preset_names"]
