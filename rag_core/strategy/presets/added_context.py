"""Presets that index each chunk together with words that place it in its document."""

from __future__ import annotations

from rag_core.strategy.presets.preset import Preset

PRESETS: tuple[Preset, ...] = ()
