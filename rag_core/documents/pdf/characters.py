"""The characters of a PDF page as pdfium reads them, with their boxes on the displayed page."""

from __future__ import annotations

import ctypes
import logging
from typing import NamedTuple

import numpy as np
import pypdfium2 as pdfium
from pypdfium2 import raw

from rag_core.documents.document import LeftOut
from rag_core.documents.pdf.calls import code_points, loose_boxes
from rag_core.documents.pdf.cleaning import clean
from rag_core.documents.pdf.coordinates import displayed
from rag_core.documents.pdf.field_text import Typesetter
from rag_core.documents.pdf.fonts import word_styles
from rag_core.documents.pdf.ink import Seen, judge
from rag_core.documents.pdf.layers import Codes
from rag_core.documents.pdf.left_out import left_out_piece, left_out_words
from rag_core.documents.pdf.letters import unmapped
from rag_core.documents.pdf.loading import LoadedPage
from rag_core.documents.pdf.pieces import Piece, added, owners, rectangles, set_piece, silent, spelled_pieces
from rag_core.documents.pdf.placing import place
from rag_core.documents.pdf.raised import raised_corners
from rag_core.documents.pdf.raster import Flags
from rag_core.documents.pdf.turning import upright_text
from rag_core.documents.reflow.lines import Floats, PageChars
from rag_core.geometry import Box

log = logging.getLogger(__name__)


class PageText(NamedTuple):
    """What the text layer of a page holds, sorted by what is on the page.

    `left_out` are words beyond the page's visible area and words that leave no ink; `has_scan_text` tells of invisible
    text over an image, which is among `chars`. `unmapped` are the codes without Unicode among `letters` characters.
    `checked` is False where the page could not be drawn, so that unseen words may be among `chars`. Where unseen words
    are kept, those of `left_out` are among `chars` too, and `unseen` has their boxes.
    """

    chars: PageChars
    left_out: tuple[LeftOut, ...] = ()
    has_scan_text: bool = False
    unmapped: Codes = np.zeros(0, dtype=np.uint32)
    letters: int = 0
    checked: bool = True
    unseen: Floats = np.zeros((0, 4), dtype=np.float32)


def page_text(loaded: LoadedPage, number: int, typesetter: Typesetter, *, keep_unseen: bool = False) -> PageText:
    """Read the text of a page and of its annotations; the page has to be loaded again to be drawn.

    `keep_unseen` leaves what cannot be seen on the page in its text.
    """
    page = loaded.page
    textpage, turn = upright_text(page)
    try:
        codes, boxes = read_codes(textpage)
        boxes = displayed(boxes, page)
        unknown = unmapped(textpage, codes)
        extra = _added(textpage, codes, loaded)
        styles = word_styles(textpage, codes, boxes)
        raised = raised_corners(textpage, codes, boxes, page)
        seen, checked = _judged(page, textpage, codes, boxes)
    finally:
        textpage.close()
    width, height = page.get_size()
    outside = _outside(boxes, width, height) & (codes > 32)
    unseen = (outside | seen.unseen) & (codes > 32)
    kept = ~unseen | keep_unseen
    body = ~extra | (codes == 10) | (codes == 13)  # a line of the page ends also after a field
    chars = PageChars(number, width, height, *clean(codes[kept & body], boxes[kept & body]), styles, raised, turn)
    unseen_boxes = [clean(np.where(unseen, codes, 32).astype(np.uint32), boxes)[1]] if keep_unseen else [boxes[:0]]
    left_out = [*left_out_words(number, codes, boxes, outside, seen.reasons)]
    if loaded.first_added is not None:
        pieces = _pieces(loaded, typesetter, codes[extra], boxes[extra], kept[extra])
        hidden = [bool(_outside(piece.rect[None], width, height).any()) for piece in pieces]
        beyond = [piece for piece, is_hidden in zip(pieces, hidden, strict=True) if is_hidden]
        left_out += [left_out_piece(number, piece, "outside") for piece in beyond]
        off = [set_piece(typesetter.set(found), found, loaded.page) for found in loaded.layer_off if keep_unseen]
        shown = [piece for piece, is_hidden in zip(pieces, hidden, strict=True) if keep_unseen or not is_hidden]
        chars = place(chars, [*shown, *off])
        unseen_boxes += [piece.boxes for piece in [*beyond, *off]]
    return PageText(
        chars,
        (*left_out, *_switched_off(loaded, number)),
        bool(seen.scanned.any()),
        codes[unknown & kept],
        int((kept & (codes > 32)).sum()),
        checked,
        np.concatenate(unseen_boxes) if keep_unseen else unseen_boxes[0][:0],
    )


def _switched_off(loaded: LoadedPage, number: int) -> list[LeftOut]:
    """The text of annotations whose layer is off."""
    rects = [Box(*rect) for rect in rectangles(loaded.layer_off, loaded.page).tolist()]
    return [LeftOut(number, found.text, "layer", (rect,)) for found, rect in zip(loaded.layer_off, rects, strict=True)]


def _pieces(loaded: LoadedPage, typesetter: Typesetter, codes: Codes, boxes: Floats, kept: Flags) -> list[Piece]:
    """The text of the annotations: as their appearances spell it, or else as it is set anew."""
    annotations, page = loaded.annotations, loaded.page
    owner = owners(codes, boxes, annotations, page)
    pieces = spelled_pieces(codes[kept], boxes[kept], owner[kept], annotations, page)
    for index in silent(codes, owner, annotations):
        pieces.append(set_piece(typesetter.set(annotations[index]), annotations[index], page))
    return pieces


def _added(textpage: pdfium.PdfTextPage, codes: Codes, loaded: LoadedPage) -> Flags:
    if loaded.first_added is None:
        return np.zeros(len(codes), dtype=bool)
    return added(textpage, codes, loaded.page, loaded.first_added)


def paint_annotations(pdf: pdfium.PdfDocument, loaded: LoadedPage) -> None:
    """Paint what annotations say and their appearances do not spell, in the places where `page_text` has it."""
    if not any(found.text for found in loaded.annotations):
        return
    textpage = loaded.page.get_textpage()
    try:
        codes, boxes = read_codes(textpage)
        extra = _added(textpage, codes, loaded)
    finally:
        textpage.close()
    codes, boxes = codes[extra], displayed(boxes[extra], loaded.page)
    owner = owners(codes, boxes, loaded.annotations, loaded.page)
    typesetter = Typesetter(pdf)
    for index in silent(codes, owner, loaded.annotations):
        found = loaded.annotations[index]
        if found.is_painted_anew:
            typesetter.paint(loaded.page, typesetter.set(found))


def _judged(page: pdfium.PdfPage, textpage: pdfium.PdfTextPage, codes: Codes, boxes: Floats) -> tuple[Seen, bool]:
    """The unseen characters and those of a scan, and whether it could be told."""
    try:
        return judge(page, textpage, codes, boxes), True
    except (pdfium.PdfiumError, ValueError, ArithmeticError, LookupError):
        log.exception("the page could not be drawn")
        nothing = np.zeros(len(codes), dtype=bool)
        return Seen(nothing, nothing), not len(codes)


def _outside(boxes: Floats, width: float, height: float) -> Flags:
    left, top, right, bottom = boxes.T
    x, y = (left + right) / 2, (top + bottom) / 2
    outside: Flags = (x < 0) | (x > width) | (y < 0) | (y > height)
    return outside


def read_codes(textpage: pdfium.PdfTextPage) -> tuple[Codes, Floats]:
    """Code points, shape (n,), and boxes, shape (n, 4): left, top, right, bottom, with y upwards.

    Boxes have the height of the font, which is the same along a line; of fonts without one, that of the glyph.
    """
    codes, boxes = code_points(textpage), loose_boxes(textpage)
    left, top, right, bottom = boxes.T
    flat = (right <= left) | (top <= bottom) | ~np.isfinite(left + top + right + bottom)
    for bare in np.flatnonzero(flat & (codes > 32)).tolist():
        boxes[bare] = _glyph_box(textpage.raw, bare)
    return codes, boxes


def _glyph_box(handle: raw.FPDF_TEXTPAGE, index: int) -> tuple[float, float, float, float]:
    left, right, bottom, top = ctypes.c_double(), ctypes.c_double(), ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharBox(handle, index, left, right, bottom, top)
    return left.value, top.value, right.value, bottom.value


def empty_page(number: int, width: float = 612.0, height: float = 792.0) -> PageChars:
    """A page without characters; by default one that could not be read, in US Letter size."""
    return PageChars(number, width, height, "", np.zeros((0, 4), dtype=np.float32))
