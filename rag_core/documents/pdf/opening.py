"""Opens a PDF with pdfium, or explains why it cannot be opened."""

from __future__ import annotations

import pypdfium2 as pdfium
from pypdfium2 import raw

from rag_core.errors import PasswordNeeded, UserError


def open_pdf(data: bytes, password: str | None) -> pdfium.PdfDocument:
    """Open a PDF. Raises PasswordNeeded, or UserError for a damaged file or unsupported encryption."""
    try:
        return pdfium.PdfDocument(data, password=password)
    except UnicodeEncodeError as error:
        raise PasswordNeeded("is encrypted, and this is not its password: try another one.") from error
    except pdfium.PdfiumError as error:
        code = getattr(error, "err_code", None)
        if code == raw.FPDF_ERR_PASSWORD and password:
            raise PasswordNeeded("is encrypted, and this is not its password: try another one.") from error
        if code == raw.FPDF_ERR_PASSWORD:
            raise PasswordNeeded("is encrypted: give its password.") from error
        if code == raw.FPDF_ERR_SECURITY:
            raise UserError(
                "is encrypted in a way that cannot be read here. Save a copy without encryption and open that."
            ) from error
        raise UserError(
            "begins like a PDF but is damaged and cannot be opened. Get it again, or repair it, "
            "for example with “qpdf in.pdf out.pdf”."
        ) from error
