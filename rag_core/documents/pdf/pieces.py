"""The text of a page's annotations, one piece for each."""

from __future__ import annotations

from itertools import repeat
from typing import NamedTuple

import numpy as np
import pypdfium2 as pdfium
from pypdfium2 import raw

from rag_core.documents.pdf.annotations import Annotation
from rag_core.documents.pdf.cleaning import clean
from rag_core.documents.pdf.coordinates import displayed
from rag_core.documents.pdf.field_text import SetText
from rag_core.documents.pdf.layers import Codes, Integers
from rag_core.documents.pdf.painted import address_of, painted
from rag_core.documents.pdf.raster import Flags
from rag_core.documents.reflow.lines import Floats


class Piece(NamedTuple):
    """The text of an annotation with its boxes, and its rectangle, on the displayed page; a field has a label."""

    text: str
    boxes: Floats
    rect: Floats
    is_field: bool


def added(textpage: pdfium.PdfTextPage, codes: Codes, page: pdfium.PdfPage, first: int) -> Flags:
    """Which characters are of annotations, whose objects are those from `first` on: pdfium sorts texts into lines.

    White space belongs to the character before it.
    """
    addresses = {item.address for item in painted(page, first) if item.is_text}
    if not addresses:
        return np.zeros(len(codes), dtype=bool)
    texts = map(raw.FPDFText_GetTextObject, repeat(textpage.raw), range(len(codes)))
    found = np.fromiter((address_of(text) in addresses for text in texts), dtype=bool, count=len(codes))
    return found[_solid_before(codes)]


def _solid_before(codes: Codes) -> Integers:
    """For each character the index of the last one up to it that is not white space."""
    return np.maximum.accumulate(np.where(codes > 32, np.arange(len(codes)), 0))


def owners(codes: Codes, boxes: Floats, annotations: list[Annotation], page: pdfium.PdfPage) -> Integers:
    """For each character of flattened annotations the index of its annotation, -1 for none; boxes as displayed.

    White space belongs to the character before it.
    """
    rects = rectangles(annotations, page)
    areas = (rects[:, 2] - rects[:, 0]) * (rects[:, 3] - rects[:, 1])
    found = np.full(len(codes), -1, dtype=np.intp)
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    for index in np.argsort(-areas, kind="stable").tolist():  # the smaller ones last
        inside = ((middles >= rects[index, :2]) & (middles <= rects[index, 2:])).all(axis=1)
        found[inside] = index
    return found[_solid_before(codes)]


def rectangles(annotations: list[Annotation], page: pdfium.PdfPage) -> Floats:
    """The rectangles of annotations on the displayed page: shape (n, 4)."""
    rows = [(left, top, right, bottom) for left, bottom, right, top in (found.rect for found in annotations)]
    return displayed(np.array(rows, dtype=np.float32).reshape(-1, 4), page)


def silent(codes: Codes, owner: Integers, annotations: list[Annotation]) -> list[int]:
    """The indices of the annotations that say something which their appearance does not spell."""
    spelled = set(owner[codes > 32].tolist())
    return [index for index, found in enumerate(annotations) if found.text.strip() and index not in spelled]


def spelled_pieces(
    codes: Codes, boxes: Floats, owner: Integers, annotations: list[Annotation], page: pdfium.PdfPage
) -> list[Piece]:
    """The pieces of the annotations whose appearance has text."""
    rects = rectangles(annotations, page)
    pieces = []
    for index in np.unique(owner[codes > 32]).tolist():
        chosen = owner == index
        own = annotations[index] if index >= 0 else None
        if own is not None and own.cells and not any(map(str.isspace, own.text)):
            chosen &= codes > 32  # letters in cells look as if there were spaces between them
        text, text_boxes = clean(codes[chosen], boxes[chosen])
        if not text.strip():
            continue  # spaces that do not break lines are nowhere
        rect = rects[index] if own else _around(text_boxes)
        pieces.append(Piece(text, text_boxes, rect, bool(own and own.is_field)))
    return pieces


def set_piece(text: SetText, found: Annotation, page: pdfium.PdfPage) -> Piece:
    """The piece of a text that was set anew."""
    codes = np.fromiter(map(ord, text.text), dtype=np.uint32, count=len(text.text))
    cleaned, boxes = clean(codes, displayed(text.boxes, page))
    return Piece(cleaned, boxes, rectangles([found], page)[0], found.is_field)


def _around(boxes: Floats) -> Floats:
    return np.concatenate((np.nanmin(boxes[:, :2], axis=0), np.nanmax(boxes[:, 2:], axis=0)))
