"""Where the words of a line stand: between the blank columns of its picture that are nearest to where they were read.

A model that reads a line tells each character's place only roughly.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag_core.documents.ocr.page_words import Word

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float64]

_INNER = 0.12  # of a line's height, at its top and its bottom: letters of other lines reach in there
_MIN_SPACE = 0.18  # of a line's height: a gap this wide separates two words of one line


def line_words(
    corners: NDArray[np.float32], found: Any, upside_down: bool, tall: bool, grey: Pixels
) -> tuple[Word, ...]:
    """The words of a line with their boxes. `found` is rapidocr's WordInfo, `grey` the picture of the page.

    Words of a line that runs up or down, or is upside down, have the parts of its box in which they were read.
    """
    size = np.array([grey.shape[1], grey.shape[0]], dtype=float)
    low = np.clip(np.floor(corners.min(axis=0)), 0, size - 1).astype(int)
    high = np.clip(np.ceil(corners.max(axis=0)), low + 1, size).astype(int)
    texts = ["".join(word) for word in found.words]
    confidences = [float(value) for value in found.confs] or [1.0] * len(texts)
    if tall or upside_down:
        boxes = _parts(found, low, high, upside_down, tall)
    else:
        boxes = _on_ink(found, grey[low[1] : high[1], low[0] : high[0]]) + np.concatenate((low, low))
    along = 1 if tall else 0
    thick = max(float(np.median(boxes[:, 3 - along] - boxes[:, 1 - along])), 1.0)
    after, before = boxes[1:, along] - boxes[:-1, along + 2], boxes[:-1, along] - boxes[1:, along + 2]
    gaps = np.maximum(after, before) / thick  # the words of a line that is upside down run backwards
    types = [str(getattr(kind, "value", kind)) for kind in found.word_types]
    spaced = [index > 0 and _is_spaced(types[index - 1 : index + 1], gaps[index - 1]) for index in range(len(texts))]
    return tuple(
        Word(text, min(max(confidence, 0.0), 1.0), space, *_shares(box, size))
        for text, confidence, space, box in zip(texts, confidences, spaced, boxes, strict=False)
    )


def _parts(found: Any, low: NDArray[np.int_], high: NDArray[np.int_], upside_down: bool, tall: bool) -> Floats:
    """The parts of a line's box in which its words were read, counted from where the line begins."""
    length = max(found.line_txt_len, 1e-6)
    parts = np.array([(cols[0] / length, (cols[-1] + 1) / length) for cols in found.word_cols]).clip(0, 1)
    parts = 1 - parts[:, ::-1] if upside_down else parts
    boxes = np.tile(np.concatenate((low, high)).astype(float), (len(parts), 1))
    along = 1 if tall else 0
    boxes[:, along::2] = low[along] + parts * (high[along] - low[along])
    return boxes


def _on_ink(found: Any, crop: Pixels) -> Floats:
    """The words' boxes in the picture of an upright line."""
    ink = _ink(crop)
    edges = _edges(found, ink)
    rows = np.flatnonzero(ink.any(axis=1))
    top, bottom = (rows[0], rows[-1] + 1) if len(rows) else (0, len(crop))
    heights = np.full(len(edges), top), np.full(len(edges), bottom)
    return np.stack((edges[:, 0], heights[0], edges[:, 1], heights[1]), axis=1).astype(float)


def _is_spaced(types: Sequence[str], gap: float) -> bool:
    """Whether a space stands between two words; Chinese characters, each a word here, have none."""
    return gap >= _MIN_SPACE and "cn" not in types


def _shares(sides: Floats, size: Floats) -> tuple[float, float, float, float]:
    left, top, right, bottom = (round(float(v), 5) for v in sides / np.concatenate((size, size)))
    return left, top, max(right, left), max(bottom, top)


def _ink(crop: Pixels) -> NDArray[np.bool_]:
    """Which pixels are ink: those nearer to the letters' grey than to the paper's."""
    low, high = np.percentile(crop, (2, 98))
    middle = (low + high) / 2
    paper_is_light = np.median(crop) >= middle
    ink: NDArray[np.bool_] = (crop < middle) == paper_is_light
    return ink if high - low > 16 else np.zeros_like(ink)


def _edges(found: Any, ink: NDArray[np.bool_]) -> Floats:
    """Left and right of each word in pixels of the line's picture."""
    height, width = ink.shape
    skip = round(_INNER * height)
    columns: NDArray[np.bool_] = np.any(ink[skip : max(height - skip, skip + 1)], axis=0)
    step = width / max(found.line_txt_len, 1e-6)
    centres = [(np.array(cols, dtype=float) + 0.5) * step for cols in found.word_cols]
    inked = np.flatnonzero(columns)
    first, last = (inked[0], inked[-1] + 1) if len(inked) else (0, width)
    edges = np.empty((len(centres), 2))
    edges[0, 0], edges[-1, 1] = first, last
    for index in range(len(centres) - 1):
        end, start = _gap(columns, centres[index][-1], centres[index + 1][0])
        edges[index, 1], edges[index + 1, 0] = end, start
    edges[:, 1] = np.maximum(edges[:, 1], edges[:, 0] + 1)
    return edges


def _gap(columns: NDArray[np.bool_], before: float, after: float) -> tuple[float, float]:
    """The widest blank run between two characters' centres; the middle between them where there is none."""
    low, high = max(int(min(before, after)), 0), min(int(np.ceil(max(before, after))) + 1, len(columns))
    blank = np.concatenate(([False], ~columns[low:high], [False]))
    changes = np.flatnonzero(blank[1:] != blank[:-1])
    if not len(changes):
        middle = (before + after) / 2
        return middle, middle
    starts, ends = changes[::2], changes[1::2]
    widest = int(np.argmax(ends - starts))
    return float(low + starts[widest]), float(low + ends[widest])
