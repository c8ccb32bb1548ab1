"""From the page's own coordinates to those of the displayed page."""

from __future__ import annotations

import numpy as np
import pypdfium2 as pdfium

from rag_core.documents.reflow.lines import Floats


def displayed(boxes: Floats, page: pdfium.PdfPage) -> Floats:
    """Convert boxes from the page's own coordinates (y upwards, not rotated, any origin) to the displayed page's.

    A box is left, top, right, bottom in both, so its top is above its bottom in number in the page's own coordinates.
    """
    left, bottom, right, top = page.get_bbox()
    x0, x1 = boxes[:, 0] - left, boxes[:, 2] - left
    y0, y1 = top - boxes[:, 1], top - boxes[:, 3]
    width, height = right - left, top - bottom
    turned = {
        0: (x0, y0, x1, y1),
        90: (height - y1, x0, height - y0, x1),
        180: (width - x1, height - y1, width - x0, height - y0),
        270: (y0, width - x1, y1, width - x0),
    }[page.get_rotation()]
    return np.stack(turned, axis=1).astype(np.float32)
