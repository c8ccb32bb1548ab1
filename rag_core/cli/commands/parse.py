"""`parse`: the text of a document."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace

from rag_core.cli.arguments import add_document_options, add_json_option
from rag_core.cli.command import Command, Outcome
from rag_core.cli.documents import open_one


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("document", metavar="DOC", help="a PDF, .txt or .md file")
    add_document_options(parser)
    add_json_option(parser)


def _run(options: Namespace) -> Outcome:
    document = open_one(options.document, options)
    if not options.json:
        return Outcome(document.text)
    pages = [
        {"number": p.number, "start": p.start, "end": p.end, "width": p.width, "height": p.height}
        for p in document.pages
    ]
    values = {"id": document.id, "name": document.name, "parser": document.parser, "text": document.text}
    return Outcome(json.dumps({**values, "pages": pages}, indent=2))


PARSE = Command("parse", "print the text of a document, or its pages as JSON", _add_arguments, _run)
