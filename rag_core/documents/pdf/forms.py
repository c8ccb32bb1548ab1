"""What a reader filled into a form is text of the page too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pypdfium2 import raw

if TYPE_CHECKING:
    import pypdfium2 as pdfium


def flatten_form(page: pdfium.PdfPage) -> None:
    """Make the form fields of a freshly loaded page part of its content: pdfium's text leaves their values out."""
    if any(_is_field(page, i) for i in range(raw.FPDFPage_GetAnnotCount(page))):
        raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY)


def _is_field(page: pdfium.PdfPage, index: int) -> bool:
    annotation = raw.FPDFPage_GetAnnot(page, index)
    try:
        return bool(raw.FPDFAnnot_GetSubtype(annotation) == raw.FPDF_ANNOT_WIDGET)
    finally:
        raw.FPDFPage_CloseAnnot(annotation)
