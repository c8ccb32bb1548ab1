"""`parse`: the text of a document."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from typing import Any

from rag_core.cli.arguments import add_document_options, add_json_option, add_language_model_options
from rag_core.cli.command import Command, Outcome
from rag_core.cli.inputs import open_one, parser_from
from rag_core.cli.models import chat_model_from
from rag_core.documents.blocks import Block
from rag_core.documents.document import Document


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("document", metavar="DOC", help="a PDF, .txt or .md file")
    add_document_options(parser, "; with fields as in a SPEC: vision:pages=1-3")
    add_language_model_options(parser, "have ")
    add_json_option(parser)


def _run(options: Namespace) -> Outcome:
    parser = parser_from(options)
    llm = chat_model_from(options, required=parser.uses_llm)
    document = open_one(options.document, parser, llm=llm, confirmed=options.yes)
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
        "blocks": [_block(block) for block in document.blocks],
        "notices": list(document.notices),
        "left_out": [
            {"page": left.page, "text": left.text, "reason": left.reason, "boxes": [*map(list, left.boxes)]}
            for left in document.left_out
        ],
    }


def _block(block: Block) -> dict[str, Any]:
    head = None if block.head is None else {"start": block.head.start, "end": block.head.end}
    return {"kind": block.kind, "level": block.level, "start": block.span.start, "end": block.span.end, "head": head}


PARSE = Command("parse", "print the text of a document, or its pages as JSON", _add_arguments, _run)
