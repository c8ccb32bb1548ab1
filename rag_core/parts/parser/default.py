"""The parser `default`: the first registered parser for each format."""

from __future__ import annotations

from typing import ClassVar, Literal, get_args

from typing_extensions import override

from rag_core.documents.document import Document
from rag_core.documents.formats import Format
from rag_core.part import register
from rag_core.parts.parser.base import Parser, get_parser, parser_names


@register
class DefaultParser(Parser):
    """Delegates each format to the first parser that is registered for it."""

    kind: Literal["default"] = "default"
    label: ClassVar[str] = "by format"
    summary: ClassVar[str] = "Chooses by format: pdfium for PDF, text for .txt and .md files"
    formats: ClassVar[tuple[Format, ...]] = get_args(Format)

    @override
    def for_format(self, document_format: Format) -> Parser:
        return get_parser(next(name for name in parser_names(document_format) if name != self.kind))

    @override
    def has_read(self, document: Document) -> bool:
        return True  # so a document keeps the parser that it was opened with
