"""Makes the values of form fields part of the page's text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pypdfium2 import raw

if TYPE_CHECKING:
    import pypdfium2 as pdfium


def flatten_form(page: pdfium.PdfPage) -> None:
    """Flatten the form fields of a freshly loaded page into its content: pdfium's text layer omits their values."""
    if any(_is_field(page, i) for i in range(raw.FPDFPage_GetAnnotCount(page))):
        raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY)


def _is_field(page: pdfium.PdfPage, index: int) -> bool:
    annotation = raw.FPDFPage_GetAnnot(page, index)
    try:
        return bool(raw.FPDFAnnot_GetSubtype(annotation) == raw.FPDF_ANNOT_WIDGET)
    finally:
        raw.FPDFPage_CloseAnnot(annotation)
