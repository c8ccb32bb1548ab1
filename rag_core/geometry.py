"""Spans of a text and boxes on a page: what everything else in the project is measured in."""

from __future__ import annotations

from typing import NamedTuple


class Span(NamedTuple):
    """A half-open range `[start, end)` of Python characters of a document's text."""

    start: int
    end: int


class Box(NamedTuple):
    """A rectangle on a page in points; the origin is the page's top left corner, and y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float
