"""Counts and costs as text, where either may be unknown."""

from __future__ import annotations


def count_text(count: int | None) -> str:
    """A count with thousands separators."""
    return "unknown" if count is None else f"{count:,}"


def cost_text(cost_usd: float | None) -> str:
    """A cost in dollars."""
    return "unknown" if cost_usd is None else f"${cost_usd:.4f}"
