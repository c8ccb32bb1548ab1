"""Opens the documents, and builds the strategies, that the arguments name."""

from __future__ import annotations

import os
from argparse import Namespace
from collections import Counter
from collections.abc import Sequence

from rag_core import settings
from rag_core.cli.progress_line import print_message
from rag_core.documents.document import Document
from rag_core.documents.labels import all_labelled, repeats
from rag_core.errors import UserError
from rag_core.parts.parser import get_parser
from rag_core.pipeline.opening import open_document
from rag_core.pipeline.rereading import reread
from rag_core.strategy import Strategy
from rag_core.strategy.specs import preset


def open_one(path: str, parser: str | None = None) -> Document:
    """The document at a path; prints a notice for everything that could not be read."""
    document = _open(path, parser)
    _print_notices([document])
    return document


def open_all(options: Namespace) -> list[Document]:
    """Every DOC, in order, with a label of its own; prints what could not be read, and what is called otherwise.

    A column whose strategy has another parser reads them again.
    """
    documents = _open_labelled(options.documents)
    _print_notices(documents)
    return documents


def open_all_for_gold(options: Namespace) -> list[Document]:
    """Every DOC, in order, as --parser reads it: excerpts of questions are spans of that text."""
    documents = _open_labelled(options.documents)
    if options.parser:
        documents = [reread(document, get_parser(options.parser), None) for document in documents]
    _print_notices(documents)
    return documents


def _open_labelled(paths: Sequence[str]) -> list[Document]:
    names = Counter(map(_name, paths))
    documents = all_labelled([_open(path, None, is_ambiguous=names[_name(path)] > 1) for path in paths])
    called = {path: document for path, document in zip(paths, documents, strict=True) if document.number > 1}
    for path, document in called.items():
        print_message(f"{path} is called {document.label} here: another document is called {document.name}.")
    for sentence in repeats(documents):
        print_message(sentence)
    return documents


def _open(path: str, parser: str | None, *, is_ambiguous: bool = False) -> Document:
    try:
        return open_document(path, parser=parser, password=settings.PDF_PASSWORD.read() or None)
    except UserError as error:
        if not is_ambiguous:
            raise
        raise UserError(f"{path}: {error}") from error


def _name(path: str) -> str:
    return os.path.basename(path)


def _print_notices(documents: Sequence[Document]) -> None:
    for notice in dict.fromkeys(f"{document.label}: {notice}" for document in documents for notice in document.notices):
        print_message(notice)


def strategies_from(specs: Sequence[str], options: Namespace) -> list[Strategy]:
    """The strategies of the SPECs; --parser is the parser of those that name none."""
    return [preset(spec, parser=options.parser) for spec in specs]
