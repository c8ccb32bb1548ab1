"""Opens the documents, and builds the strategies, that the arguments name."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence

from rag_core import settings
from rag_core.cli.progress_line import print_message
from rag_core.documents.document import Document
from rag_core.parts.parser import get_parser
from rag_core.pipeline.opening import open_document
from rag_core.pipeline.rereading import reread
from rag_core.strategy import Strategy
from rag_core.strategy.specs import preset


def open_one(path: str, parser: str | None = None) -> Document:
    """The document at a path; prints a notice for everything that could not be read."""
    document = open_document(path, parser=parser, password=settings.PDF_PASSWORD.read() or None)
    for notice in document.notices:
        print_message(f"{document.name}: {notice}")
    return document


def open_all(options: Namespace) -> list[Document]:
    """Every DOC, in order. A column whose strategy has another parser reads them again."""
    return [open_one(path) for path in options.documents]


def open_all_for_gold(options: Namespace) -> list[Document]:
    """Every DOC, in order, as --parser reads it: excerpts of questions are spans of that text."""
    documents = open_all(options)
    return (
        [reread(document, get_parser(options.parser), None) for document in documents] if options.parser else documents
    )


def strategies_from(specs: Sequence[str], options: Namespace) -> list[Strategy]:
    """The strategies of the SPECs; --parser is the parser of those that name none."""
    return [preset(spec, parser=options.parser) for spec in specs]
