"""Where the lines of a text start; exported programs carry this module."""

from __future__ import annotations


def line_start(text: str, position: int) -> int:
    """The start of the line that contains a position."""
    start = text.rfind("\n", 0, position) + 1
    return max(text.rfind("\r", start, position) + 1, start)
