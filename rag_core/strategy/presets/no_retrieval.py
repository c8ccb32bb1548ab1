"""Presets that put the whole document into the context."""

from __future__ import annotations

from rag_core.strategy.presets.preset import Preset

PRESETS: tuple[Preset, ...] = ()
