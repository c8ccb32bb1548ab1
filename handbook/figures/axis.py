"""The frame of figures that lay spans over the chapter: its pages and headings above, the answer behind everything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from figures.canvas import WIDTH, Canvas, Strip

_PAGES, _HEADINGS, _TOP = 3.2, 7.6, 10.6  # millimetres: the middles of the two rows, and where the figure's own begin


@contextmanager
def over_the_chapter(canvas: Canvas, places: Mapping[str, Any]) -> Iterator[Strip]:
    """Draw the pages and headings, then what the caller draws, then the answer behind all of it."""
    strip = Strip(places["characters"])
    _pages(canvas, strip, places["pages"])
    _headings(canvas, strip, places["headings"])
    canvas.y = _TOP
    yield strip
    start, end = (strip.x(position) for position in places["answer"])
    with canvas.below():
        canvas.bar(start, _TOP - 0.6, end - start, canvas.y - _TOP + 0.6, "answer", 45)


def _pages(canvas: Canvas, strip: Strip, pages: list[list[int]]) -> None:
    canvas.label(0, _PAGES, "Pages")
    for page in pages:
        strip.bar(canvas, page, _PAGES - 1.7, 3.4, "muted", 22)


def _headings(canvas: Canvas, strip: Strip, headings: list[list[int]]) -> None:
    """A mark for each heading, longer for a higher one, on a thin line that is the text."""
    canvas.label(0, _HEADINGS, "Headings")
    canvas.line((strip.x(0), _HEADINGS), (WIDTH, _HEADINGS), "muted", 0.5, 60)
    for start, _, level in headings:
        reach = 1.7 if level == 1 else 1.1
        canvas.line((strip.x(start), _HEADINGS - reach), (strip.x(start), _HEADINGS + reach), "accent", 1.6)
