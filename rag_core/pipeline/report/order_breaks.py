"""Places where a sentence goes on elsewhere on the page: columns read across, blocks in the wrong order."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag_core.geometry import Box, Span
from rag_core.pipeline.report.base import Place, Read, register

_UP = 1.2  # line heights
_GUTTER = 2.0  # line heights between the parts of a line that are not of one column
_MIN_WORDS = 4  # in a line of running text
_SHOWN = 30  # characters on both sides


class _Line(NamedTuple):
    span: Span
    box: Box
    page: int


@register(
    "order_breaks",
    "reading-order breaks",
    "Places where a sentence goes on in lower case at a place of the page that no reader would go to next: higher up "
    "in the same column, or across the gap between two columns. Known where the file has a text layer.",
)
def order_breaks(read: Read) -> list[Place]:
    """The text around each break."""
    text, found = read.document.text, []
    tables = [block.span for block in read.document.blocks if block.kind == "table"]
    lines = list(_lines(read))
    for before, after in pairwise(lines):
        if before.page != after.page or any(table.start <= before.span.start < table.end for table in tables):
            continue
        if _goes_on(text, before.span, after.span) and _jumps(before.box, after.box):
            start, end = (
                max(before.span.start, before.span.end - _SHOWN),
                min(after.span.end, after.span.start + _SHOWN),
            )
            found.append(read.place(Span(start, end)))
    return found


def _goes_on(text: str, before: Span, after: Span) -> bool:
    """Whether running text goes on in the middle of a sentence."""
    last, first = text[before.start : before.end].rstrip(), text[after.start : after.end].lstrip()
    is_running = min(len(last.split()), len(first.split())) >= _MIN_WORDS
    return is_running and last[-1].isalpha() and first[:1].islower() and first[1:2].isalpha()


def _jumps(before: Box, after: Box) -> bool:
    height = max(before.bottom - before.top, after.bottom - after.top)
    shared = min(before.right, after.right) - max(before.left, after.left)
    if before.top - after.top > _UP * height:
        return shared > 0
    is_beside = min(before.bottom, after.bottom) - max(before.top, after.top) > 0.5 * height
    return is_beside and -shared > _GUTTER * height


def _lines(read: Read) -> Iterator[_Line]:
    """The runs of characters that follow each other along a line of the page."""
    boxes = read.char_boxes
    if boxes is None:
        return
    inked = np.flatnonzero(~np.isnan(boxes[:, 0]))
    if not len(inked):
        return
    pages = _page_numbers(read, inked)
    cuts = np.flatnonzero(_ends(boxes[inked]) | (pages[1:] != pages[:-1])) + 1
    for run in np.split(np.arange(len(inked)), cuts):
        own = boxes[inked[run]]
        box = Box(*own[:, :2].min(axis=0).tolist(), *own[:, 2:].max(axis=0).tolist())
        yield _Line(Span(int(inked[run[0]]), int(inked[run[-1]]) + 1), box, int(pages[run[0]]))


def _ends(boxes: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Whether a line ends between each pair of neighbours."""
    before, after = boxes[:-1], boxes[1:]
    heights = np.maximum(before[:, 3] - before[:, 1], after[:, 3] - after[:, 1])
    gaps = np.maximum(before[:, 0], after[:, 0]) - np.minimum(before[:, 2], after[:, 2])
    level = np.minimum(before[:, 3], after[:, 3]) - np.maximum(before[:, 1], after[:, 1])
    return np.asarray((gaps > 1.5 * heights) | (level < -0.2 * heights))


def _page_numbers(read: Read, positions: NDArray[np.intp]) -> NDArray[np.int64]:
    starts = np.array([page.start for page in read.document.pages])
    numbers = np.array([page.number for page in read.document.pages])
    return np.asarray(numbers[np.maximum(np.searchsorted(starts, positions, side="right") - 1, 0)])
