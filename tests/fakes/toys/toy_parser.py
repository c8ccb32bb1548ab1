from typing import ClassVar, Literal

from pydantic import Field

from rag_core.documents.document import Page
from rag_core.documents.parsed import Parsed
from rag_core.part import register
from rag_core.parts.parser.base import Parser


@register
class ToyParser(Parser):
    """Reads the pages of a PDF in capital letters, without boxes."""

    kind: Literal["toy_parser"] = "toy_parser"
    label: ClassVar[str] = "Toy parser"
    summary: ClassVar[str] = "Toy: reads the first pages of a PDF"
    formats: ClassVar[tuple[str, ...]] = ("pdf",)
    reader: ClassVar[str] = "toy_parser:read"
    sandboxed: ClassVar[bool] = False

    max_pages: int = Field(50, ge=1, le=500, title="Toy pages", description="Pages read")


def read(data, password, limits, *, max_pages):
    import pypdfium2

    with pypdfium2.PdfDocument(data, password=password) as pdf:
        texts = [pdf[i].get_textpage().get_text_bounded().upper() for i in range(min(len(pdf), max_pages))]
        sizes = [pdf[i].get_size() for i in range(len(texts))]
    pages, start = [], 0
    for number, (text, (width, height)) in enumerate(zip(texts, sizes, strict=True), 1):
        pages.append(Page(number, start, start + len(text), width, height))
        start += len(text) + 1
    return Parsed(text="\n".join(texts), pages=tuple(pages))
