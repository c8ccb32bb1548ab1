"""The text of annotations, one piece for each."""

import numpy as np
import pypdfium2 as pdfium

from rag_core.documents.pdf.pieces import spelled_pieces

NO_BREAK_SPACE = 0xA0


def test_an_appearance_of_nothing_but_spaces_is_no_piece():
    page = pdfium.PdfDocument.new().new_page(100, 100)
    codes = np.array([NO_BREAK_SPACE, NO_BREAK_SPACE], np.uint32)
    boxes = np.array([[10, 10, 14, 20], [14, 10, 18, 20]], np.float32)
    assert spelled_pieces(codes, boxes, np.array([-1, -1]), [], page) == []
