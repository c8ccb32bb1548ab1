"""Presets that search for small pieces and return larger ones."""

from __future__ import annotations

from rag_core.strategy.presets.preset import Preset

PRESETS: tuple[Preset, ...] = ()
