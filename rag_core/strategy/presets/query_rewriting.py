"""Presets that search for something other than the question as it was asked."""

from __future__ import annotations

from rag_core.strategy.presets.preset import Preset

PRESETS: tuple[Preset, ...] = ()
