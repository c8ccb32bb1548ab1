"""Opens the documents that the arguments name."""

from __future__ import annotations

from argparse import Namespace

from rag_core import settings
from rag_core.cli.progress_line import print_message
from rag_core.documents.document import Document
from rag_core.pipeline.opening import open_document


def open_one(path: str, options: Namespace) -> Document:
    """The document at a path, read by the parser of --parser; what could not be read is printed as a notice."""
    document = open_document(path, parser=options.parser, password=settings.PDF_PASSWORD.read() or None)
    for notice in document.notices:
        print_message(f"{document.name}: {notice}")
    return document


def open_all(options: Namespace) -> list[Document]:
    """Every DOC, in order."""
    return [open_one(path, options) for path in options.documents]
