"""Transcripts that the user has, as the command line names them."""

from __future__ import annotations

from argparse import Namespace

from rag_core import settings
from rag_core.cli.progress_line import print_message
from rag_core.documents.transcripts.page_ranges import listed
from rag_core.errors import UserError
from rag_core.parts.parser import Parser
from rag_core.parts.parser.transcript import TranscriptParser
from rag_core.pipeline.opening import source_of
from rag_core.pipeline.transcripts import add_transcript, files_at, pages_of
from rag_core.text.numbers import counted

_NONE_NAMED = TranscriptParser()


def with_transcript(parser: Parser, options: Namespace) -> Parser:
    """The parser with the files of --transcript, if it is the one for transcripts and names none itself."""
    if parser != _NONE_NAMED or not options.transcript:
        return parser
    documents = getattr(options, "documents", None) or [options.document]
    if len(documents) != 1:
        raise UserError(
            f"--transcript is of one document, and {len(documents):,} are given. Load each with the command parse, and "
            "name what it prints in the SPEC: parser.transcripts=..."
        )
    source = source_of(documents[0], password=settings.PDF_PASSWORD.read() or None)
    loaded = add_transcript(source.id, files_at(options.transcript))
    numbers = pages_of(loaded, source.id) or ()
    which = f"{counted(len(numbers), 'page')}, {listed(numbers)}" if numbers else "1 page"
    print_message(f"{source.name}: a transcript of {which}; in a SPEC: parser.transcripts={loaded.transcripts}")
    return loaded


def check_used(parsers: list[Parser], options: Namespace) -> None:
    """Raise UserError if --transcript is given and no column reads it."""
    if options.transcript and not any(parser.kind == _NONE_NAMED.kind for parser in parsers):
        raise UserError(
            "--transcript is given, and no column reads it: add --parser transcript, or parser.kind=transcript to a "
            "SPEC."
        )
