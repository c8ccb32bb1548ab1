"""One colour, symbol and pattern a column, everywhere; the colours are Okabe and Ito's, darkened to be read as text."""

from __future__ import annotations

from html import escape
from typing import NamedTuple

MOST_COLUMNS = 4


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
)


def mark_html(column: int) -> str:
    """The column's symbol in its colour."""
    return f'<span class="cs-symbol cs-c{column}" aria-hidden="true">{MARKS[column].symbol}</span>'


def title_html(column: int, name: str) -> str:
    """Symbol and name."""
    return f'{mark_html(column)} <span class="cs-name">{escape(name)}</span>'


def palette_css() -> str:
    """CSS classes cs-c0 to cs-c3, each setting `--cs` to the column's colour in the page's scheme."""
    return "\n".join(f".cs-c{i} {{ --cs: light-dark({m.light}, {m.dark}); }}" for i, m in enumerate(MARKS))
