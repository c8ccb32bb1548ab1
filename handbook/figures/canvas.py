"""Shapes in millimetres, as Typst markup: what every figure is drawn with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Literal

from typeset import quoted

WIDTH = 152.0  # of the text on a page, in millimetres
LABELS = 33.0  # of the column with the names of the rows

Tone = Literal["accent", "answer", "ink", "muted", "leaf"]
Side = Literal["left", "center", "right"]


class Canvas:
    """A figure in the making; `y` is the height that is used so far."""

    def __init__(self) -> None:
        self.y = 0.0
        self._shapes: list[str] = []

    def bar(self, x: float, y: float, width: float, height: float, tone: Tone, strength: int = 100) -> None:
        """A filled rectangle; of a strength below 100 %, what lies under it shows through."""
        self._shapes.append(f"bar({x:.2f}, {y:.2f}, {width:.2f}, {height:.2f}, {tone}, {strength}%)")

    def frame(self, x: float, y: float, width: float, height: float, tone: Tone) -> None:
        """The outline of a rectangle."""
        self._shapes.append(f"frame({x:.2f}, {y:.2f}, {width:.2f}, {height:.2f}, {tone})")

    def line(
        self, start: tuple[float, float], end: tuple[float, float], tone: Tone, points: float = 0.6, strength: int = 100
    ) -> None:
        """A straight line, `points` thick."""
        (x, y), (right, bottom) = start, end
        self._shapes.append(
            f"rule({x:.2f}, {y:.2f}, {right - x:.2f}, {bottom - y:.2f}, {tone}, {points:g}, {strength}%)"
        )

    def label(
        self, x: float, y: float, text: str, *, width: float = LABELS, side: Side = "left", tone: Tone = "ink"
    ) -> None:
        """One line of small text in a box whose left end is at `x` and whose middle is at `y`."""
        self._shapes.append(f"note({x:.2f}, {y:.2f}, {width:.2f}, {side}, {tone}, {quoted(text)})")

    @contextmanager
    def below(self) -> Iterator[None]:
        """Shapes that are drawn inside are moved behind those that were drawn before."""
        before, self._shapes = self._shapes, []
        yield
        self._shapes += before

    def markup(self) -> str:
        """The figure in Typst, as high as what was drawn on it."""
        return f"canvas({self.y:.2f}mm, {', '.join(self._shapes)})"


class Strip:
    """The text of a chapter as a horizontal line, on which spans are drawn."""

    def __init__(self, characters: int, *, left: float = LABELS, right: float = WIDTH, first: int = 0) -> None:
        self._left, self._scale, self._first = left, (right - left) / characters, first

    def x(self, position: float) -> float:
        """Where a position of the text is."""
        return self._left + self._scale * (position - self._first)

    def bar(
        self, canvas: Canvas, span: Sequence[float], y: float, height: float, tone: Tone, strength: int = 100
    ) -> None:
        """A span as a bar with a fine gap at its right end, so that neighbours can be told apart."""
        start, end = span
        canvas.bar(self.x(start), y, max(self.x(end) - self.x(start) - 0.3, 0.25), height, tone, strength)
