"""The texts that other parsers make of a document's file: gold excerpts may have been found in one of them."""

from __future__ import annotations

from collections.abc import Iterator

from rag_core.documents.document import Document
from rag_core.errors import UserError
from rag_core.parts.parser import get_parser, parser_names
from rag_core.pipeline.rereading import reread


def other_texts(document: Document) -> Iterator[Document]:
    """The document as parsed by each other parser, with default fields, that needs neither long nor a model."""
    for name in parser_names(document.format):
        parser = get_parser(name)
        if parser.paged() is None and not parser.has_read(document):
            try:
                yield reread(document, parser, None)
            except UserError:  # this parser gives no text of it, so no excerpt is from there
                continue
