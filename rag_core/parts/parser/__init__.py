"""How a file's bytes become text. One file a kind; one import line registers it."""

from rag_core.parts.parser.base import Parser, get_parser, parser_names

from rag_core.parts.parser import default, pdfium, text  # noqa: F401  isort: skip

__all__ = ["Parser", "get_parser", "parser_names"]
