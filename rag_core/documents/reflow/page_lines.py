"""The lines of one page as they are read, whatever its characters, boxes and their order are."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from rag_core.documents.reflow.direction import in_reading_order
from rag_core.documents.reflow.fragments import merge_fragments
from rag_core.documents.reflow.lines import Floats, Line, PageChars, lines_of, pieces_of, plain_lines_of
from rag_core.documents.reflow.raised import with_raised_digits

log = logging.getLogger(__name__)

_FARTHEST = 1e6  # points from the page's corner


class PageLines(NamedTuple):
    """The lines of a page, the characters that stand nowhere, and whether its layout could not be read."""

    lines: list[Line]
    unplaced: str
    failed: bool


def page_lines(page: PageChars) -> PageLines:
    """The lines of a page; where the layout fails, those of the file: a fault costs no more than the order."""
    page = replace(page, boxes=_usable(page.boxes))
    unplaced = " ".join(_unplaced(page).split())
    try:
        lines = merge_fragments(in_reading_order(lines_of(page)))
        return PageLines([with_raised_digits(line, page.raised) for line in lines], unplaced, False)
    except Exception:  # whatever a page provokes: the other pages are not to be lost
        log.exception("the layout of page %d could not be read", page.number)
        return PageLines(plain_lines_of(page), unplaced, True)


def _usable(boxes: Floats) -> Floats:
    """The boxes with finite sides in order; those without become NaN, as of characters that the parser inserted."""
    sides = np.clip(boxes, -_FARTHEST, _FARTHEST)
    sides[~np.isfinite(boxes).all(axis=1)] = np.nan
    low, high = np.minimum(sides[:, :2], sides[:, 2:]), np.maximum(sides[:, :2], sides[:, 2:])
    return np.hstack((low, high)).astype(np.float32)


def _unplaced(page: PageChars) -> str:
    """The text of the lines of which no character has a box."""
    return " ".join(page.text[start:end] for start, end in pieces_of(page) if np.isnan(page.boxes[start:end, 0]).all())
