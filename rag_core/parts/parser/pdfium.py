"""The parser `pdfium`: the text layer of PDF files."""

from __future__ import annotations

from typing import ClassVar, Literal

from rag_core.documents.formats import Format
from rag_core.part import register
from rag_core.parts.parser.base import Parser


@register
class Pdfium(Parser):
    """Reads the text layer of a PDF and the bounding box of each character, and rejoins wrapped lines and words."""

    kind: Literal["pdfium"] = "pdfium"
    label: ClassVar[str] = "pdfium"
    summary: ClassVar[str] = "Reads a PDF's text layer, joins lines into paragraphs, and leaves out running headers"
    formats: ClassVar[tuple[Format, ...]] = ("pdf",)
    reader: ClassVar[str] = "rag_core.documents.pdf.reading:read"
