"""The parser `pypdf`: what LlamaIndex's PDFReader gives."""

from __future__ import annotations

from typing import ClassVar, Literal

from rag_core.documents.formats import Format
from rag_core.part import register
from rag_core.parts.parser.base import Parser


@register
class Pypdf(Parser):
    """Reads the text of a PDF as LlamaIndex's PDFReader does, page by page with pypdf, glued words and all.

    Nothing is joined or left out, and no character has a box.
    """

    kind: Literal["pypdf"] = "pypdf"
    label: ClassVar[str] = "pypdf"
    summary: ClassVar[str] = "Reads a PDF's pages as LlamaIndex's PDFReader does, with pypdf; nothing is joined"
    formats: ClassVar[tuple[Format, ...]] = ("pdf",)
    reader: ClassVar[str] = "rag_core.documents.pdf.pypdf_reading:read"
