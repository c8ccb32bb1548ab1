"""How large chunks are: a histogram, and the same in words."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from rag_core.text.numbers import counted

if TYPE_CHECKING:
    from plotly.graph_objects import Bar, Figure

_MAX_BINS = 32
_MAX_SINGLE = 5  # chunks in the largest bin: fewer have a line each
_LIGHT_INK, _DARK_INK = "#4a545a", "#b4bec4"
_LIGHT_GRID, _DARK_GRID = "#dcdfdd", "#343c42"
# Beside the colours, in the order of the columns: patterns that look like those of the ribbon.
_PATTERNS = ("", "/", "-", ".", "|", "x")


class _Bin(NamedTuple):
    """Sizes from `first` to `last`, both included."""

    first: int
    last: int


def size_histogram(
    sizes_by_name: Mapping[str, Sequence[int]],
    unit: str,
    colours: Sequence[str],
    *,
    patterns: Sequence[int] | None = None,
    dark: bool = False,
) -> Figure:
    """Grouped bars of how many chunks have which size, one colour and pattern per name.

    `colours` and `patterns` (0 to 5, by default 0, 1, ...) are in the order of the names. `dark` is for text and grid
    on a dark page; the background is transparent.
    """
    from plotly.graph_objects import Figure

    bins = _bins([size for sizes in sizes_by_name.values() for size in sizes])
    numbers = patterns if patterns is not None else range(len(sizes_by_name))
    marked = zip(sizes_by_name.items(), colours, numbers, strict=True)
    bars = [_bar(name, sizes, bins, unit, colour, number) for (name, sizes), colour, number in marked]
    figure = Figure(bars, _layout(unit, several=len(bars) > 1, dark=dark))
    if max((count for bar in bars for count in bar.y), default=0) < _MAX_SINGLE:
        figure.update_yaxes(dtick=1)  # plotly would draw lines at halves, and name them with the nearest whole number
    return figure


def histogram_alt(sizes_by_name: Mapping[str, Sequence[int]], unit: str) -> str:
    """The histogram in words, for those who do not see it."""
    return " ".join([f"Chunk sizes in {unit}.", *(_in_words(name, sizes) for name, sizes in sizes_by_name.items())])


def _in_words(name: str, sizes: Sequence[int]) -> str:
    if not sizes:
        return f"{name}: no chunks."
    chunks = counted(len(sizes), "chunk")
    return f"{name}: {chunks} from {min(sizes):,} to {max(sizes):,}, median {statistics.median(sizes):,g}."


def _bins(sizes: Sequence[int]) -> list[_Bin]:
    """At most `_MAX_BINS` bins of one round width, which hold all sizes."""
    if not sizes:
        return []
    smallest, largest = min(sizes), max(sizes)
    width = next(w for w in _round_widths() if largest // w - smallest // w < _MAX_BINS)
    return [_Bin(n * width, (n + 1) * width - 1) for n in range(smallest // width, largest // width + 1)]


def _round_widths() -> list[int]:
    return [digit * 10**power for power in range(9) for digit in (1, 2, 5)]


def _bar(name: str, sizes: Sequence[int], bins: Sequence[_Bin], unit: str, colour: str, pattern: int) -> Bar:
    from plotly.graph_objects import Bar

    width = bins[0].last - bins[0].first + 1 if bins else 1
    counts = Counter(size // width for size in sizes)
    return Bar(
        name=name,
        x=[(each.first + each.last) / 2 for each in bins],
        y=[counts[each.first // width] for each in bins],
        customdata=[f"{each.first:,}–{each.last:,}" if width > 1 else f"{each.first:,}" for each in bins],  # noqa: RUF001
        hovertemplate=f"%{{customdata}} {unit}: %{{y:,}} chunks",
        marker={"color": colour, "pattern": {"shape": _PATTERNS[pattern], "solidity": 0.35, "size": 6}},
    )


def _layout(unit: str, *, several: bool, dark: bool) -> dict[str, object]:
    ink, grid = (_DARK_INK, _DARK_GRID) if dark else (_LIGHT_INK, _LIGHT_GRID)
    axis = {"gridcolor": grid, "zeroline": False, "separatethousands": True, "automargin": True}
    return {
        "barmode": "group",
        "bargap": 0.08,
        "height": 220,
        "margin": {"l": 0, "r": 0, "t": 8, "b": 0},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"color": ink, "size": 12, "family": "Source Sans, sans-serif"},
        "hovermode": "x",
        "showlegend": several,
        "legend": {"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0.0},
        "xaxis": {
            **axis,
            "title": {"text": f"Chunk size ({unit})", "standoff": 6},
            "showgrid": False,
            "rangemode": "tozero",
        },
        "yaxis": {**axis, "title": {"text": "Chunks", "standoff": 10}, "tickformat": ",d", "rangemode": "tozero"},
    }
