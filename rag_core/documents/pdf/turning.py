"""Pages whose text runs up, down or upside down are turned to be read; what was found is then put where it is shown."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pypdfium2 as pdfium
from pypdfium2 import raw

from rag_core.documents.document import LeftOut, Page
from rag_core.documents.parsed import Parsed
from rag_core.documents.reflow.lines import Floats, PageChars
from rag_core.geometry import Box

_SAMPLES = 200  # letters of a page that are looked at
_MIN_SHARE = 0.75  # of them that run in one direction
_SLANT = 5.0  # degrees


def upright_text(page: pdfium.PdfPage) -> tuple[pdfium.PdfTextPage, int]:
    """The text of a page, which is turned for good if most of its letters are not upright as it is displayed.

    Also returns by how many degrees clockwise. pdfium sorts what runs up or down a page as if it were one line.
    """
    textpage = page.get_textpage()
    shown = page.get_rotation()
    turn = (_direction(textpage, shown) - shown) % 360
    if turn:
        textpage.close()
        page.set_rotation((shown + turn) % 360)
        textpage = page.get_textpage()
    return textpage, turn


def _direction(textpage: pdfium.PdfTextPage, shown: int) -> int:
    """The rotation at which most letters are upright; the one that the page has where no direction prevails."""
    count = textpage.count_chars()
    places = [place for place in range(0, count, max(count // _SAMPLES, 1)) if _is_letter(textpage, place)]
    degrees = [math.degrees(raw.FPDFText_GetCharAngle(textpage, place)) for place in places]  # clockwise
    quarters = Counter(-90 * round(angle / 90) % 360 for angle in degrees if abs((angle + 45) % 90 - 45) <= _SLANT)
    for quarter, number in quarters.most_common(1):
        if number >= _MIN_SHARE * len(places):
            return quarter
    return shown


def _is_letter(textpage: pdfium.PdfTextPage, place: int) -> bool:
    return bool(raw.FPDFText_GetUnicode(textpage, place) > 32 and not raw.FPDFText_IsGenerated(textpage, place))


def turned_back(parsed: Parsed, pages: Sequence[PageChars]) -> Parsed:
    """The text of pages with their sizes and all boxes as the pages are displayed."""
    turned = {page.number: page for page in pages if page.turn}
    if not turned or parsed.char_boxes is None:
        return parsed
    boxes = np.array(parsed.char_boxes)
    for page in parsed.pages:
        if page.number in turned:
            boxes[page.start : page.end] = _as_displayed(boxes[page.start : page.end], turned[page.number])
    return replace(
        parsed,
        char_boxes=boxes,
        pages=tuple(_page_as_displayed(page, turned) for page in parsed.pages),
        left_out=tuple(_left_out_as_displayed(left, turned) for left in parsed.left_out),
    )


def _page_as_displayed(page: Page, turned: dict[int, PageChars]) -> Page:
    if page.number not in turned or turned[page.number].turn == 180:
        return page
    return replace(page, width=page.height, height=page.width)


def _left_out_as_displayed(left: LeftOut, turned: dict[int, PageChars]) -> LeftOut:
    if left.page not in turned or not left.boxes:
        return left
    boxes = _as_displayed(np.array(left.boxes, dtype=np.float32), turned[left.page])
    return replace(left, boxes=tuple(Box(*row) for row in boxes.tolist()))


def _as_displayed(boxes: Floats, page: PageChars) -> Floats:
    """Boxes on a page that was turned as boxes on the page as displayed."""
    left, top, right, bottom = boxes.T
    width, height = page.width, page.height
    turned = {
        90: (top, width - right, bottom, width - left),
        180: (width - right, height - bottom, width - left, height - top),
        270: (height - bottom, left, height - top, right),
    }[page.turn]
    return np.stack(turned, axis=1).astype(np.float32)
