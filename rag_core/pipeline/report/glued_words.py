"""Words without the space that stands between them on the page."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.pipeline.aligned import aligned
from rag_core.pipeline.report.base import Place, Read, register
from rag_core.text.glued_words import glued_words
from rag_core.text.spans import union

_WORD = re.compile(r"\S+")
_RAISED = 0.15  # of the next letter's height
_MIN_GAP = 0.2  # of the letters' height: what a space takes at least


@register(
    "glued_words",
    "glued words",
    "Words without the space that is between them on the page: by the places of the letters where the file has a text "
    "layer with them, else by their spelling (English only, three words or more, or a figure after a word).",
)
def glued(read: Read) -> list[Place]:
    """The runs of text without white space in which words are glued, once each."""
    text = read.document.text
    if read.boxed is None:
        found = list(glued_words(text, Span(0, len(text))))
    elif read.boxed is read.document:
        found = list(_apart(read))
    else:
        found = list(_apart_in(read, read.boxed))
    return [read.place(span) for span in union(found)]


def _apart(read: Read) -> Iterator[Span]:
    """The words in which two letters that follow each other stand apart on their line."""
    boxes, text = read.char_boxes, read.document.text
    if boxes is None or len(text) < 2:
        return
    before, after = boxes[:-1], boxes[1:]
    heights = np.maximum(before[:, 3] - before[:, 1], after[:, 3] - after[:, 1])
    level = np.minimum(before[:, 3], after[:, 3]) - np.maximum(before[:, 1], after[:, 1]) > 0.6 * heights
    wide = after[:, 0] - before[:, 2] > _MIN_GAP * heights
    for i in np.flatnonzero(level & wide).tolist():
        if text[i].isalnum() and text[i + 1].isalnum():
            yield _word_at(text, i)


def _apart_in(read: Read, other: Document) -> Iterator[Span]:
    """The words in which the other text, which knows the letters' places, has white space between two letters."""
    pairs, text = aligned(read.document, other).pairs, read.document.text
    spaced = np.append(0, np.cumsum(np.fromiter((char.isspace() for char in other.text), np.int32, len(other.text))))
    a, b = pairs[:, 0], pairs[:, 1]
    follows = (a[1:] == a[:-1] + 1) & (b[1:] > b[:-1]) & (spaced[b[1:]] > spaced[np.minimum(b[:-1] + 1, b[1:])])
    boxes = read.char_boxes
    for i in a[:-1][follows & (b[1:] - b[:-1] <= 3)].tolist():
        if text[i].isalnum() and text[i + 1].isalnum() and not _is_raised(text[i], boxes, i):
            yield _word_at(text, i)


def _is_raised(char: str, boxes: NDArray[np.float32] | None, i: int) -> bool:
    """Whether the character is the mark of a footnote before its text: it stands above the line, close to the word."""
    if boxes is None or not char.isdigit():
        return False
    return bool(boxes[i + 1, 3] - boxes[i, 3] > _RAISED * (boxes[i + 1, 3] - boxes[i + 1, 1]))


def _word_at(text: str, position: int) -> Span:
    start = max(text.rfind(mark, 0, position) for mark in (" ", "\n", "\t")) + 1
    match = _WORD.match(text, start)
    return Span(start, match.end() if match else position + 1)
