"""The reading order of pages, as liteparse finds it: its blocks have boxes, by which the lines of pdfium are sorted."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from rag_core.documents.reflow.lines import Floats, Line

if TYPE_CHECKING:
    from liteparse import LayoutBlock

log = logging.getLogger(__name__)

_MIN_PLACED = 0.6  # of the letters of a page, or else its boxes are of another page than it seems
_SLACK = 1.0  # points
_PICTURES = ("rule", "figure")


def blocks_of_pages(data: bytes, password: str | None) -> Mapping[int, Floats]:
    """The boxes of the blocks of each page that liteparse can read, in reading order, by the number of the page.

    There are none where it cannot read the file.
    """
    from liteparse import LiteParse

    try:
        # Without `ocr_enabled=False` it would ask the network for models.
        parser = LiteParse(
            ocr_enabled=False, extract_blocks=True, password=password, quiet=True, continue_on_page_error=True
        )
        pages = parser.parse(data).pages
    except Exception:  # whatever it finds wrong with a file that pdfium reads: the order of the file is left
        log.exception("liteparse could not read the file")
        return {}
    return {page.page_num: _boxes(page.blocks) for page in pages if page.blocks}


def _boxes(blocks: Iterable[LayoutBlock]) -> Floats:
    found = [block.bbox for block in blocks if block.bbox is not None and block.kind not in _PICTURES]
    rows = [(box.x, box.y, box.x + box.width, box.y + box.height) for box in found]
    return np.array(rows, dtype=np.float32).reshape(-1, 4)


def in_layout_order(lines: Sequence[Line], blocks: Floats) -> list[Line] | None:
    """The lines in the order of the blocks that they stand in; None where too few of them stand in any.

    A line in no block follows the line before it.
    """
    placed = [_block_of(line, blocks) for line in lines]
    letters = [len(line.text) for line in lines]
    known = sum(size for size, place in zip(letters, placed, strict=True) if place is not None)
    if known < _MIN_PLACED * sum(letters):
        return None
    keys: list[int] = []
    for place in placed:
        keys.append(place if place is not None else keys[-1] if keys else -1)
    order = sorted(range(len(lines)), key=lambda index: (keys[index], index))
    return [lines[index] for index in order]


def _block_of(line: Line, boxes: Floats) -> int | None:
    """The block that holds most of a line's letters; of several the smallest."""
    letters = line.boxes[~np.isnan(line.boxes[:, 0])]
    middles = (letters[:, :2] + letters[:, 2:]) / 2
    low, high = boxes[:, None, :2] - _SLACK, boxes[:, None, 2:] + _SLACK
    held = ((middles >= low) & (middles <= high)).all(axis=2).sum(axis=1)
    if not len(held) or held.max() * 2 < len(letters):
        return None
    most = np.flatnonzero(held == held.max())
    areas = np.prod(boxes[most, 2:] - boxes[most, :2], axis=1)
    return int(most[np.argmin(areas)])
