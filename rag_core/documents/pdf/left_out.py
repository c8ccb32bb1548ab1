"""The words of a PDF page that are not in its text, with their boxes and the reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from rag_core.documents.boxes import line_boxes
from rag_core.documents.document import LeftOut, LeftOutReason
from rag_core.documents.pdf.cleaning import clean
from rag_core.documents.pdf.layers import Codes
from rag_core.documents.pdf.pieces import Piece
from rag_core.documents.pdf.raster import Flags
from rag_core.documents.reflow.lines import Floats


def left_out_words(
    number: int, codes: Codes, boxes: Floats, outside: Flags, reasons: Mapping[int, LeftOutReason]
) -> Iterator[LeftOut]:
    """The words beyond the visible area, and those unseen for each of the `reasons`, by the places of characters."""
    yield from _words(number, codes, boxes, outside, "outside")
    for reason in dict.fromkeys(reasons.values()):
        chosen = np.zeros(len(codes), dtype=bool)
        chosen[[place for place, found in reasons.items() if found == reason]] = True
        yield from _words(number, codes, boxes, chosen & ~outside, reason)


def left_out_piece(number: int, piece: Piece, reason: LeftOutReason) -> LeftOut:
    """The text of an annotation."""
    return LeftOut(number, piece.text, reason, tuple(line_boxes(piece.text, piece.boxes, 0, len(piece.text))))


def _words(number: int, codes: Codes, boxes: Floats, chosen: Flags, reason: LeftOutReason) -> Iterator[LeftOut]:
    """The chosen characters, with a space where there is white space or another character between them."""
    if not chosen.any():
        return
    shown = np.where(chosen, codes, 32).astype(np.uint32)
    text, text_boxes = clean(shown, boxes)
    words = " ".join(text.split())
    if words:
        yield LeftOut(number, words, reason, tuple(line_boxes(text, text_boxes, 0, len(text))))
