"""The reading order of pages, as liteparse finds it: its blocks have boxes, by which the lines of pdfium are sorted."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag_core.documents.reflow.lines import Floats, Line

if TYPE_CHECKING:
    from liteparse import LayoutBlock

log = logging.getLogger(__name__)

_MIN_PLACED = 0.6  # of the letters of a page, or else its boxes are of another page than it seems
_SLACK = 1.0  # points
_WORD = re.compile(r"\S+")
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
    """The lines in the order of the blocks that they stand in; None where too few do, or most run up or down the page.

    A line in no block follows the line before it. A line that the file runs through two columns is cut between them.
    """
    if sum(line.upright or line.is_table for line in lines) * 2 < len(lines):
        return None
    lines = [piece for line in lines for piece in _pieces(line, blocks)]
    placed = [_block_of(line.boxes, blocks, 0.0 if line.is_table else 0.5) for line in lines]
    letters = [len(line.text) for line in lines]
    known = sum(size for size, place in zip(letters, placed, strict=True) if place is not None)
    if known < _MIN_PLACED * sum(letters):
        return None
    keys: list[int] = []
    for place in placed:
        keys.append(place if place is not None else keys[-1] if keys else -1)
    order = sorted(range(len(lines)), key=lambda index: (keys[index], index))
    return [lines[index] for index in order]


def _pieces(line: Line, blocks: Floats) -> list[Line]:
    """The parts of a line that stand in blocks beside each other; the line itself where it stands in one."""
    if line.is_table or line.rtl or not line.upright or not _are_beside(blocks[_holds(line.boxes, blocks).any(axis=1)]):
        return [line]
    words = [match.span() for match in _WORD.finditer(line.text)]
    placed = [_block_of(line.boxes[start:end], blocks) for start, end in words]
    cuts = [0]
    for (start, _), before, after in zip(words[1:], placed, placed[1:], strict=False):
        if before is not None and after is not None and blocks[before, 2] <= blocks[after, 0] + _SLACK:
            cuts.append(start)
    if len(cuts) == 1:
        return [line]
    ends = [*cuts[1:], len(line.text)]
    spans = [(start, start + len(line.text[start:end].rstrip())) for start, end in zip(cuts, ends, strict=True)]
    return [Line(line.page, line.text[start:end], line.boxes[start:end]) for start, end in spans]


def _are_beside(blocks: Floats) -> bool:
    """Whether one of some blocks ends before another one begins."""
    return len(blocks) > 0 and bool(blocks[:, 2].min() <= blocks[:, 0].max() + _SLACK)


def _holds(letters: Floats, boxes: Floats) -> NDArray[np.bool_]:
    """Which blocks hold the middles of which letters: shape (blocks, letters)."""
    x, y = (letters[:, 0] + letters[:, 2]) / 2, (letters[:, 1] + letters[:, 3]) / 2
    left, top, right, bottom = boxes.T[:, :, None]
    across = (x >= left - _SLACK) & (x <= right + _SLACK)
    held: NDArray[np.bool_] = across & (y >= top - _SLACK) & (y <= bottom + _SLACK)
    return held


def _block_of(letters: Floats, boxes: Floats, least: float = 0.5) -> int | None:
    """The block that holds the most of some letters, at least a share of them; of several the smallest."""
    letters = letters[~np.isnan(letters[:, 0])]
    held = _holds(letters, boxes).sum(axis=1)
    if not len(held) or not held.any() or held.max() < least * len(letters):
        return None
    most = np.flatnonzero(held == held.max())
    areas = np.prod(boxes[most, 2:] - boxes[most, :2], axis=1)
    return int(most[np.argmin(areas)])
