"""The parser `pdfium`: the text layer of PDF files."""

from __future__ import annotations

from typing import ClassVar, Literal

from rag_core.documents.formats import Format
from rag_core.part import register
from rag_core.parts.parser.base import Parser


@register
class Pdfium(Parser):
    """Reads the text that is on the pages of a PDF, form fields and notes too, with a bounding box for each character.

    Wrapped lines and words are joined. Words that cannot be seen on the page are left out and listed.
    """

    kind: Literal["pdfium"] = "pdfium"
    label: ClassVar[str] = "pdfium"
    summary: ClassVar[str] = "Reads what is seen on a PDF's pages, form fields and notes too; joins lines"
    formats: ClassVar[tuple[Format, ...]] = ("pdf",)
    reader: ClassVar[str] = "rag_core.documents.pdf.reading:read"
