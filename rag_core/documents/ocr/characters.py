"""The words that OCR found on a page as characters with boxes, as the text layer of a page would have them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag_core.documents.ocr.columns import in_columns
from rag_core.documents.ocr.line_heights import evened
from rag_core.documents.ocr.page_words import PageWords
from rag_core.documents.reflow import lines as reflow_lines
from rag_core.documents.reflow.lines import PageChars

Floats = NDArray[np.float64]
Boxes = reflow_lines.Floats
Flags = NDArray[np.bool_]
_TALL = 1.5  # times as high as wide: a line that runs up or down
_NARROW, _WIDE = frozenset("ijlftrI.,;:'!|()[]-"), frozenset("mwMW@%")
_HIGH = 1.6  # times the height of most lines


def characters(found: PageWords, number: int, width: float, height: float) -> PageChars:
    """The page, turned until its text is upright; `width` and `height` in points are those of the page as displayed."""
    if found.turn in (90, 270):
        width, height = height, width
    scale = np.array([width, height, width, height])
    lines = [np.array([word[3:] for word in line], dtype=float) * scale for line in found.lines]
    outlines = _outlines(lines)
    widths, heights = outlines[:, 2] - outlines[:, 0], outlines[:, 3] - outlines[:, 1]
    is_tall = heights > _TALL * widths
    for index in np.flatnonzero(~is_tall).tolist():
        lines[index][:, 1::2] = outlines[index, 1::2]
    text: list[str] = []
    parts: list[Boxes] = []
    for row in _rows(outlines, is_tall | _beside_the_text(outlines)):
        for place, index in enumerate(row):
            for position, (word, box) in enumerate(zip(found.lines[index], lines[index], strict=True)):
                if word.spaced or (place and not position):
                    text.append(" ")
                    parts.append(_nowhere(1))
                text.append(word.text)
                parts.append(_divided(word.text, box, is_tall[index], lines[index]))
        text.append("\n")
        parts.append(_nowhere(1))
    boxes = np.concatenate([_nowhere(0), *parts])
    return PageChars(number, width, height, "".join(text), boxes, turn=found.turn)


def _outlines(lines: Sequence[Floats]) -> Floats:
    """The box of each line, of the same height as its neighbours of the same size."""
    boxes = [np.concatenate((line[:, :2].min(axis=0), line[:, 2:].max(axis=0))) for line in lines]
    return evened(np.array(boxes, dtype=float).reshape(-1, 4))


def _beside_the_text(outlines: Floats) -> Flags:
    """Pieces of what is written up a margin: higher than lines, about as wide as high, and beside all running text."""
    widths, heights = outlines[:, 2] - outlines[:, 0], outlines[:, 3] - outlines[:, 1]
    if not len(outlines):
        return np.zeros(0, dtype=bool)
    high = (heights > _HIGH * np.median(heights)) & (widths < _TALL * heights)
    running = outlines[widths > np.median(widths)]
    left, right = running[:, 0].min(initial=np.inf), running[:, 2].max(initial=-np.inf)
    beside: Flags = high & ((outlines[:, 2] <= left) | (outlines[:, 0] >= right))
    return beside


def _rows(outlines: Floats, is_aside: Flags) -> list[list[int]]:
    """The rows of the page in reading order; what is written up or down its margin comes last."""
    flat = np.flatnonzero(~is_aside).tolist()
    rows = [[flat[index] for index in row] for row in in_columns(outlines[flat])]
    return [*rows, *([index] for index in np.flatnonzero(is_aside).tolist())]


def _divided(word: str, box: Floats, is_tall: bool, line: Floats) -> Boxes:
    """A box for each of the characters of a word: parts of its box along the line, as letters mostly are wide."""
    count, widths = len(word), np.array([_width(char) for char in word])
    along = 1 if is_tall else 0
    backwards = line[0, along] > line[-1, along]
    shares = np.concatenate(([0.0], np.cumsum(widths) / widths.sum()))
    edges = box[along] + (1 - shares if backwards else shares) * (box[along + 2] - box[along])
    boxes: Boxes = np.tile(box, (count, 1)).astype(np.float32)
    boxes[:, along] = np.minimum(edges[:-1], edges[1:])
    boxes[:, along + 2] = np.maximum(edges[:-1], edges[1:])
    return boxes


def _width(char: str) -> float:
    """How wide a character is in most fonts, compared to a small letter."""
    if char in _NARROW:
        return 0.6
    if char in _WIDE:
        return 1.6
    return 1.3 if char.isupper() else 1.0


def _nowhere(count: int) -> Boxes:
    return np.full((count, 4), np.nan, dtype=np.float32)
