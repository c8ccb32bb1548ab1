"""One colour, symbol and pattern per column, everywhere.

The first four colours are Okabe and Ito's, darkened to be read as text; all six stay apart for colour-blind readers.
The patterns cs-p0 to cs-p5 stand in the pages' style.css.
"""

from __future__ import annotations

from typing import NamedTuple


class Mark(NamedTuple):
    """How a column is recognised: `light` is for light backgrounds, and for highlights on a page."""

    symbol: str
    name: str
    light: str
    dark: str


MARKS = (
    Mark("●", "circle", "#0072b2", "#56b4e9"),
    Mark("▲", "triangle", "#b84f00", "#f0904a"),
    Mark("■", "square", "#00805d", "#3fc79a"),
    Mark("◆", "diamond", "#a8508a", "#dd93c0"),
    Mark("★", "star", "#5c4700", "#f0e442"),
    Mark("✚", "cross", "#3a1a78", "#d6ccff"),
)
MAX_COLUMNS = len(MARKS)


def palette_css() -> str:
    """CSS classes cs-c0 to cs-c5, each setting `--cs` to the column's colour in the page's scheme; paper is white."""
    schemes = [f".cs-c{i} {{ --cs: light-dark({m.light}, {m.dark}); }}" for i, m in enumerate(MARKS)]
    return "\n".join([*schemes, *(f".cs-page .cs-c{i} {{ --cs: {m.light}; }}" for i, m in enumerate(MARKS))])
