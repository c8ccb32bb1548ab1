"""Finds raised digits, such as the marks of footnotes and exponents: smaller than what is beside them, and higher.

Boxes do not tell: they have the height of a font, and fonts of one size have different heights. So the sizes of fonts
and the baselines decide, or where the ink is, if a font has superscripts of its own.
"""

from __future__ import annotations

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray

from rag_core.documents.pdf.calls import baselines, font_sizes, glyph_boxes
from rag_core.documents.pdf.coordinates import displayed
from rag_core.documents.pdf.layers import Codes
from rag_core.documents.reflow.lines import Corners, Floats

_SIGN, _DIGIT = 1, 2
_KINDS = np.zeros(0x2214, dtype=np.int8)  # by code
_KINDS[[ord(sign) for sign in "+-\u2212"]] = _SIGN
_KINDS[[ord(digit) for digit in "0123456789"]] = _DIGIT
_SAME = 0.02  # of a height, by which the sides of boxes of one font and size may differ
_NEAR = 1.5  # of the height of what is beside it: a mark is no further away
_SMALLER = 0.86  # of the font size beside it, at most
_MIN_RISE, _MAX_RISE = 0.15, 0.8  # of the font size beside it: further up stand numerators and other lines
_HIGH_INK = 0.4  # of the height of the font's box: the ink of a digit on the line begins lower
_INK_RISE = 0.2  # of the font size: how far above the baseline ink begins, at least
_MIN_INK, _MAX_INK = 0.36, 0.6  # of the font size: how high the ink is; quotation marks and asterisks are lower

Places = NDArray[np.intp]
Flags = NDArray[np.bool_]


def raised_corners(textpage: pdfium.PdfTextPage, codes: Codes, boxes: Floats, page: pdfium.PdfPage) -> Corners:
    """The left top corners of raised digits, and of signs like them; `boxes` are those on the displayed page."""
    left, top, right, bottom = boxes.T
    visible = np.flatnonzero((codes > 32) & np.isfinite(left + top + right + bottom))
    kinds = _KINDS.take(codes[visible], mode="clip")
    is_mark = kinds > 0
    if not is_mark.any():
        return frozenset()
    raised = [_set_higher(textpage, boxes, page, *_beside(visible, boxes, is_mark))]
    raised.append(_drawn_higher(textpage, boxes, page, visible[kinds == _DIGIT]))
    return frozenset((left, top) for left, top in boxes[np.concatenate(raised), :2].tolist())


def _set_higher(
    textpage: pdfium.PdfTextPage, boxes: Floats, page: pdfium.PdfPage, marks: Places, beside: Places
) -> Places:
    """The marks in a smaller size, on a higher baseline, than what is beside them."""
    if not len(marks):
        return marks
    size, other = (font_sizes(textpage, places.tolist()) for places in (marks, beside))
    rise = (_feet(textpage, beside, page) - _feet(textpage, marks, page)) / np.maximum(other, 1e-6)
    return marks[(size <= _SMALLER * other) & (rise >= _MIN_RISE) & (rise <= _MAX_RISE)]


def _drawn_higher(textpage: pdfium.PdfTextPage, boxes: Floats, page: pdfium.PdfPage, digits: Places) -> Places:
    """The digits whose font draws them as superscripts: of full size, on the line's baseline, the ink far above it."""
    ink = displayed(glyph_boxes(textpage, digits.tolist()), page)
    height = np.maximum(boxes[digits, 3] - boxes[digits, 1], 1e-6)
    high = (boxes[digits, 3] - ink[:, 3]) / height >= _HIGH_INK
    if not high.any():
        return digits[:0]
    digits, ink = digits[high], ink[high]
    size = np.maximum(font_sizes(textpage, digits.tolist()), 1e-6)
    rise = (_feet(textpage, digits, page) - ink[:, 3]) / size
    own = (ink[:, 3] - ink[:, 1]) / size
    raised: Places = digits[(rise >= _INK_RISE) & (own >= _MIN_INK) & (own <= _MAX_INK)]
    return raised


def _feet(textpage: pdfium.PdfTextPage, places: Places, page: pdfium.PdfPage) -> NDArray[np.float32]:
    """How far below the top of the displayed page the characters' baselines are."""
    origins = baselines(textpage, places.tolist())
    return displayed(np.concatenate((origins, origins), axis=1), page)[:, 1]


def _beside(visible: Places, boxes: Floats, is_mark: Flags) -> tuple[Places, Places]:
    """Marks, each with every character that it may be raised above: the last of the two runs before it, else the next.

    A run is of characters whose boxes stand alike. Of two runs before a digit, the nearer one may be its sign.
    """
    run = _runs(boxes[visible])
    first = np.flatnonzero(np.diff(run, prepend=-1))
    last = np.append(first[1:], len(visible)) - 1
    on_line = np.append(False, _is_near(boxes, visible[first[1:]], visible[last[:-1]]))  # with the run before
    marks = np.flatnonzero(is_mark & (on_line | np.append(on_line[1:], False))[run])
    places = visible[marks]
    if not len(places):
        return places, places
    nearest, other, following = (
        _end_of_run(run[marks] + step, visible[ends]) for step, ends in ((-1, last), (-2, last), (1, first))
    )
    near = _is_near(boxes, places, nearest)
    pairs = [
        (places, nearest, near),
        (places, other, near & _is_near(boxes, places, other)),
        (places, following, ~near & _is_near(boxes, places, following)),
    ]
    chosen = [(found[where], beside[where]) for found, beside, where in pairs]
    return np.concatenate([found for found, _ in chosen]), np.concatenate([beside for _, beside in chosen])


def _end_of_run(runs: Places, ends: Places) -> Places:
    """The characters at the ends of runs; -1 for runs that do not exist."""
    exists = (runs >= 0) & (runs < len(ends))
    return np.where(exists, ends[np.clip(runs, 0, len(ends) - 1)], -1)


def _runs(boxes: Floats) -> Places:
    """For each character the number of its run, within which the upper and lower sides of boxes are the same."""
    top, bottom = boxes[:, 1], boxes[:, 3]
    limit = _SAME * np.maximum(bottom[1:] - top[1:], 1e-3)
    moved = (np.abs(top[1:] - top[:-1]) > limit) | (np.abs(bottom[1:] - bottom[:-1]) > limit)
    return np.concatenate(([0], np.cumsum(moved)))


def _is_near(boxes: Floats, places: Places, beside: Places) -> Flags:
    """Whether the characters beside others exist (are not -1) and are on their line, at most a few letters away."""
    own, others = boxes[places], boxes[beside]
    gap = np.maximum(own[:, 0] - others[:, 2], others[:, 0] - own[:, 2])
    overlap = np.minimum(own[:, 3], others[:, 3]) - np.maximum(own[:, 1], others[:, 1])
    near: Flags = (beside >= 0) & (gap <= _NEAR * (others[:, 3] - others[:, 1])) & (overlap > 0)
    return near
