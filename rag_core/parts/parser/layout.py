"""The parser `layout`: PDF files with reading order, headings and tables."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field
from typing_extensions import override

from rag_core.documents.formats import Format
from rag_core.part import register
from rag_core.parts.parser.base import Parser


@register
class Layout(Parser):
    """Reads the text of a PDF in reading order, with tables as Markdown rows under their column heads.

    The characters and their boxes are those of the parser pdfium; liteparse finds the order of what is on a page, and
    pdfplumber the tables whose cells are drawn. The marks of Markdown have no boxes.
    """

    kind: Literal["layout"] = "layout"
    drawn_lines: bool = Field(
        True, title="Drawn tables", description="Look for tables whose cells are drawn with lines (pdfplumber)"
    )
    index_heads: bool = Field(
        False, title="Index column heads", description="Repeat a table's column heads in what is indexed for its rows"
    )

    label: ClassVar[str] = "layout"
    summary: ClassVar[str] = "Reads a PDF's pages in reading order, with tables as Markdown under their column heads"
    formats: ClassVar[tuple[Format, ...]] = ("pdf",)
    reader: ClassVar[str] = "rag_core.documents.layout.reading:read"

    @property
    @override
    def indexes_heads(self) -> bool:
        return self.index_heads

    @override
    def reads_as(self) -> Parser:
        return self.model_copy(update={"index_heads": False})
