"""The parser `pdfium`: the text layer of PDF files."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from rag_core.documents.formats import Format
from rag_core.part import register
from rag_core.parts.parser.base import Parser


@register
class Pdfium(Parser):
    """Reads the text that is on the pages of a PDF, form fields and notes too, with a bounding box for each character.

    Wrapped lines and words are joined. Words that cannot be seen on the page are left out and listed, unless
    `keep_unseen` is on: then they are in the text in their places, as blocks of the kind "unseen".
    """

    kind: Literal["pdfium"] = "pdfium"
    keep_unseen: bool = Field(
        False,
        title="Keep unseen text",
        description="Keep text that cannot be seen: white, tiny, covered, outside or in a layer that is off",
    )
    label: ClassVar[str] = "pdfium"
    summary: ClassVar[str] = "Reads what is seen on a PDF's pages, form fields and notes too; joins lines"
    formats: ClassVar[tuple[Format, ...]] = ("pdf",)
    reader: ClassVar[str] = "rag_core.documents.pdf.reading:read"
