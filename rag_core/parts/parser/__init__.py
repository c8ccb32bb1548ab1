"""The slot `parser`: how files are read. One file per kind, registered by its import."""

from rag_core.parts.parser.base import Parser, get_parser, parser_names

from rag_core.parts.parser import default, pdfium, text, pypdf, layout, ocr, vision, transcript  # noqa: F401  isort: skip

__all__ = ["Parser", "get_parser", "parser_names"]
