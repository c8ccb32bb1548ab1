"""Parses an open document again with another parser, from its original bytes."""

from __future__ import annotations

import json
from dataclasses import replace
from threading import Condition
from typing import NamedTuple, cast

from cachetools import LRUCache, cached

from rag_core.documents.document import Document, document_id
from rag_core.documents.limits import MB
from rag_core.parts import build, kinds
from rag_core.parts.parser import Parser
from rag_core.stages.resources import ReadingResources
from rag_core.stages.source import Source

_MAX_CACHED = 512 * MB


def reread(document: Document, parser: Parser, resources: ReadingResources | None) -> Document:
    """The document as parsed by `parser`, with the same label, tokenizer and password.

    Returns the given document if this parser has parsed it already, or does not support its format (see
    `Parser.applies_to`). Raises UserError if the parser cannot read it. Results are cached in memory; threads that need
    the same result at the same time share one run of the parser.
    """
    if not parser.applies_to(document) or parser.has_read(document):
        return document
    _remember(document, resources)
    found = _read(document, parser, resources)
    found = found.renamed(document.name, document.number)
    return replace(found, tokenizer=document.tokenizer, password=document.password)


class _Key(NamedTuple):
    source_id: str
    format: str  # it depends on the file's name too, so `source_id` does not determine it
    parser: str
    made_by: tuple[str, ...]  # versions and models that the parser's result depends on


def _key(document: Document, parser: Parser, resources: ReadingResources | None) -> _Key:
    return _Key(document.source_id, document.format, parser.model_dump_json(), parser.made_by(resources))


# A document larger than the limit counts as exactly the limit, so that it can be cached at all.
_cache: LRUCache[_Key, Document] = LRUCache(_MAX_CACHED, lambda document: min(document.memory_bytes(), _MAX_CACHED))


def is_quick(document: Document, parser: Parser, resources: ReadingResources | None) -> bool:
    """Whether `reread` has the result in memory."""
    if not parser.applies_to(document) or parser.has_read(document):
        return True
    with _condition:
        return _key(document, parser, resources) in _cache


def _remember(document: Document, resources: ReadingResources | None) -> None:
    """Have the document found by who asks for its own parser, given the file as another parser has read it."""
    if document.parser not in kinds("parser"):
        return  # a document made by hand may name any
    fields = json.loads(document.parser_fields) if document.parser_fields else {}
    parser = cast(Parser, build("parser", {"kind": document.parser, **fields}))
    with _condition:
        _cache.setdefault(_key(document, parser, resources), document)


_condition = Condition()


@cached(_cache, key=_key, condition=_condition)
def _read(document: Document, parser: Parser, resources: ReadingResources | None) -> Document:
    reads_as = parser.reads_as()
    if reads_as == parser:
        return parser.read(Source.of(document), resources)
    found = document if reads_as.has_read(document) else _read(document, reads_as, resources)
    fields = parser.fields_json()
    return replace(found, id=document_id(parser.kind, fields, Source.of(document).data), parser_fields=fields)
