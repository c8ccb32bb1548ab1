"""`parse`: the text of a document."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from typing import Any

from rag_core.cli.arguments import add_document_options, add_json_option
from rag_core.cli.command import Command, Outcome
from rag_core.cli.inputs import open_one
from rag_core.documents.document import Document


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("document", metavar="DOC", help="a PDF, .txt or .md file")
    add_document_options(parser)
    add_json_option(parser)


def _run(options: Namespace) -> Outcome:
    document = open_one(options.document, options.parser)
    return Outcome(json.dumps(printed(document), indent=2) if options.json else document.text)


def printed(document: Document) -> dict[str, Any]:
    """The document as `parse --json` prints it."""
    pages = [
        {"number": page.number, "start": page.start, "end": page.end, "width": page.width, "height": page.height}
        for page in document.pages
    ]
    return {
        "id": document.id,
        "source_id": document.source_id,
        "name": document.name,
        "parser": document.parser,
        "text": document.text,
        "pages": pages,
        "blocks": [
            {"kind": b.kind, "level": b.level, "start": b.span.start, "end": b.span.end} for b in document.blocks
        ],
        "notices": list(document.notices),
        "left_out": [{"page": left.page, "text": left.text} for left in document.left_out],
    }


PARSE = Command("parse", "print the text of a document, or its pages as JSON", _add_arguments, _run)
