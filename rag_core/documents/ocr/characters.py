"""The words that OCR found on a page as characters with boxes, as the text layer of a page would have them."""

from __future__ import annotations

import numpy as np

from rag_core.documents.ocr.columns import in_columns
from rag_core.documents.ocr.page_words import PageWords, Word
from rag_core.documents.reflow.lines import Floats, PageChars


def characters(found: PageWords, number: int, width: float, height: float) -> PageChars:
    """The page, turned until its text is upright; `width` and `height` in points are those of the page as displayed."""
    if found.turn in (90, 270):
        width, height = height, width
    scale = np.array([width, height, width, height])
    lines = [np.array([word[3:] for word in line], dtype=float) * scale for line in found.lines]
    outlines = [np.concatenate((boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0))) for boxes in lines]
    text: list[str] = []
    parts: list[Floats] = []
    for row in in_columns(np.array(outlines).reshape(-1, 4)):
        for place, index in enumerate(row):
            for position, (word, box) in enumerate(zip(found.lines[index], lines[index], strict=True)):
                if word.spaced or (place and not position):
                    text.append(" ")
                    parts.append(_nowhere(1))
                text.append(word.text)
                parts.append(_divided(word, box))
        text.append("\n")
        parts.append(_nowhere(1))
    boxes = np.concatenate([_nowhere(0), *parts])
    return PageChars(number, width, height, "".join(text), boxes)


def as_displayed(boxes: Floats, turn: int, width: float, height: float) -> Floats:
    """Boxes on a page turned by `turn` degrees as boxes on the page as displayed, of that width and height."""
    left, top, right, bottom = boxes.T
    turned = {
        0: (left, top, right, bottom),
        90: (top, height - right, bottom, height - left),
        180: (width - right, height - bottom, width - left, height - top),
        270: (width - bottom, left, width - top, right),
    }[turn]
    return np.stack(turned, axis=1).astype(np.float32)


def _divided(word: Word, box: Floats) -> Floats:
    """A box for each character of a word: equal parts of the word's box."""
    count = len(word.text)
    edges = np.linspace(box[0], box[2], count + 1)
    return np.stack((edges[:-1], np.full(count, box[1]), edges[1:], np.full(count, box[3])), axis=1).astype(np.float32)


def _nowhere(count: int) -> Floats:
    return np.full((count, 4), np.nan, dtype=np.float32)
