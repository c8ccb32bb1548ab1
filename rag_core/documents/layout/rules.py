"""The straight lines that are drawn on a page."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pypdfium2 as pdfium
from pypdfium2 import raw

from rag_core.documents.pdf.calls import bounds_of, objects_of
from rag_core.documents.pdf.coordinates import displayed
from rag_core.documents.reflow.lines import Floats

_THICK = 2.5  # points: a thicker rectangle is an area
_MIN_LENGTH = 8.0  # points
_SAME_HEIGHT = 1.0  # points between pieces of one line
_TOUCHING = 1.5  # points


class Rules(NamedTuple):
    """Horizontal lines, pieces joined, and vertical ones: boxes on the displayed page, shape (n, 4)."""

    horizontal: Floats
    vertical: Floats


NO_RULES = Rules(np.zeros((0, 4), dtype=np.float32), np.zeros((0, 4), dtype=np.float32))


def rules_of(page: pdfium.PdfPage) -> Rules:
    """The lines of a page; those within forms are not looked at."""
    objects, kinds = objects_of(page)
    paths = [objects[index] for index in np.flatnonzero(kinds == raw.FPDF_PAGEOBJ_PATH).tolist()]
    boxes = displayed(bounds_of(paths), page)
    width, height = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    flat = (height <= _THICK) & (width >= _MIN_LENGTH)
    upright = (width <= _THICK) & (height >= _MIN_LENGTH)
    return Rules(_with_pieces_joined(boxes[flat]), boxes[upright])


def _with_pieces_joined(boxes: Floats) -> Floats:
    """The lines, those that touch at one height as one."""
    found: list[list[float]] = []
    for left, top, right, bottom in sorted(boxes.tolist(), key=lambda box: (round(box[1]), box[0])):
        last = found[-1] if found else None
        if last and abs(last[1] - top) <= _SAME_HEIGHT and left <= last[2] + _TOUCHING:
            last[2], last[3] = max(last[2], right), max(last[3], bottom)
        else:
            found.append([left, top, right, bottom])
    return np.array(found, dtype=np.float32).reshape(-1, 4)
