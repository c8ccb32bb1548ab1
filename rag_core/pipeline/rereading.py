"""Reads an open document again with another parser, from the bytes that it was opened from."""

from __future__ import annotations

from dataclasses import replace
from threading import Condition
from typing import NamedTuple

from cachetools import LRUCache, cached

from rag_core.documents.document import Document
from rag_core.documents.limits import MB
from rag_core.parts.parser import Parser
from rag_core.stages.resources import Resources
from rag_core.stages.source import Source

_MAX_CACHED = 512 * MB


def reread(document: Document, parser: Parser, resources: Resources | None) -> Document:
    """The document as this parser reads it, under the same name and tokenizer.

    Where the parser has read it already, or does not apply to its format (see `Parser.applies_to`), the document
    itself. Raises UserError where the parser cannot read it. Readings are cached in memory, and shared by threads that
    ask at the same time.
    """
    if not parser.applies_to(document) or parser.has_read(document):
        return document
    found = _read(document, parser, resources)
    return replace(found, name=document.name, tokenizer=document.tokenizer, password=document.password)


class _Key(NamedTuple):
    source_id: str
    format: str  # the name takes part in it, so the bytes alone do not say how they are read
    parser: str


def _key(document: Document, parser: Parser, resources: Resources | None) -> _Key:
    return _Key(document.source_id, document.format, parser.model_dump_json())


# One document may be larger than the limit; it is then the only one.
_cache: LRUCache[_Key, Document] = LRUCache(_MAX_CACHED, lambda document: min(document.memory_bytes(), _MAX_CACHED))


@cached(_cache, key=_key, condition=Condition())
def _read(document: Document, parser: Parser, resources: Resources | None) -> Document:
    source = document.source or document.text.encode("utf-8", "surrogatepass")
    return parser.read(Source(source, document.name, document.password), resources)
