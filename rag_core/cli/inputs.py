"""Opens the documents, and builds the strategies, that the arguments name."""

from __future__ import annotations

import os
from argparse import Namespace
from collections import Counter
from collections.abc import Sequence

from rag_core import settings
from rag_core.cli.progress_line import print_message, report_progress
from rag_core.cli.reading import read_confirmed, read_missing
from rag_core.cli.transcripts import check_used, with_transcript
from rag_core.documents.document import Document
from rag_core.documents.labels import all_labelled, repeats
from rag_core.documents.page_progress import reporting
from rag_core.errors import NoTextLayer, PasswordNeeded, UserError
from rag_core.llms.base import ChatModel
from rag_core.parts.parser import Parser, get_parser
from rag_core.parts.parser.transcript import TranscriptParser
from rag_core.pipeline.opening import open_document, source_of
from rag_core.pipeline.reading_job import PageReading
from rag_core.pipeline.rereading import reread
from rag_core.stages.resources import ParserResources
from rag_core.strategy import Strategy
from rag_core.strategy.specs import preset


def open_one(path: str, parser: Parser, *, llm: ChatModel | None = None, confirmed: bool = False) -> Document:
    """The document at a path; prints a notice for everything that could not be read.

    A parser that takes long or costs money, or asks a model, must be confirmed (`read_confirmed`).
    """
    document = _open(path, parser, llm=llm, confirmed=confirmed)
    _print_notices([document])
    return document


def open_all(options: Namespace, strategies: Sequence[Strategy], llm: ChatModel | None) -> list[Document]:
    """Every DOC, in order, with a label of its own; prints what could not be read, and what is called otherwise.

    A column whose strategy has another parser reads them again, so pages that it takes long to read are read here, if
    that is confirmed or needs no confirmation.
    """
    parsers = list(dict.fromkeys(strategy.parser for strategy in strategies))
    documents = _open_labelled(options, parsers, llm)
    for parser in parsers:
        read_missing(parser, documents, llm, confirmed=options.yes)
    _print_notices(documents)
    return documents


def open_all_for_gold(options: Namespace, strategies: Sequence[Strategy], llm: ChatModel | None) -> list[Document]:
    """The same, each as --parser reads it: excerpts of questions are spans of that text."""
    documents = open_all(options, strategies, llm)
    if not options.parser:
        return documents
    parser, resources = parser_from(options), ParserResources(llm)
    read_missing(parser, documents, llm, confirmed=options.yes)
    with reporting(report_progress):
        again = [reread(document, parser, resources) for document in documents]
    _print_notices([found for found, document in zip(again, documents, strict=True) if found is not document])
    return again


def _open_labelled(options: Namespace, parsers: Sequence[Parser], llm: ChatModel | None) -> list[Document]:
    paths = options.documents
    names = Counter(map(_name, paths))
    documents = all_labelled([_open_any(path, parsers, llm, options, names[_name(path)] > 1) for path in paths])
    called = {path: document for path, document in zip(paths, documents, strict=True) if document.number > 1}
    for path, document in called.items():
        print_message(f"{path} is called {document.label} here: another document is called {document.name}.")
    for sentence in repeats(documents):
        print_message(sentence)
    return documents


def _open_any(
    path: str, parsers: Sequence[Parser], llm: ChatModel | None, options: Namespace, is_ambiguous: bool
) -> Document:
    """The document as its text layer has it; without one, by the first of the parsers that needs none."""
    try:
        try:
            return _open(path, None)
        except NoTextLayer:
            others = [parser for parser in parsers if parser.waits_for_user]
            if not others:
                raise
            return _open(path, others[0], llm=llm, confirmed=options.yes)
    except UserError as error:
        if not is_ambiguous:
            raise
        raise UserError(f"{path}: {error}") from error


def _open(path: str, parser: Parser | None, *, llm: ChatModel | None = None, confirmed: bool = False) -> Document:
    password = settings.PDF_PASSWORD.read() or None
    try:
        if parser is not None and (paged := parser.paged()) is not None:
            reading = PageReading(paged, source_of(path, password=password), ParserResources(llm))
            read_confirmed(reading, confirmed=confirmed)
        return open_document(path, parser=parser, password=password, llm=llm, report=report_progress)
    except PasswordNeeded as error:
        raise PasswordNeeded(
            f"{error} It is read from the environment variable {settings.PDF_PASSWORD.name}."
        ) from error


def _name(path: str) -> str:
    return os.path.basename(path)


def _print_notices(documents: Sequence[Document]) -> None:
    for notice in dict.fromkeys(f"{document.label}: {notice}" for document in documents for notice in document.notices):
        print_message(notice)


def strategies_from(specs: Sequence[str], options: Namespace) -> list[Strategy]:
    """The strategies of the SPECs; --parser is the parser of those that name none."""
    strategies = [preset(spec, parser=options.parser) for spec in specs]
    check_used([strategy.parser for strategy in strategies], options)
    return [one.model_copy(update={"parser": with_transcript(one.parser, options)}) for one in strategies]


def parser_from(options: Namespace) -> Parser:
    """The parser that --parser names; the one for transcripts where only --transcript is given."""
    parser = get_parser(options.parser or (TranscriptParser().kind if options.transcript else "default"))
    check_used([parser], options)
    return with_transcript(parser, options)
