"""Chunks, and what a language model is to be asked about them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rag_core.documents.document import Document
from rag_core.enrichment.prompts import TextKind, prompt_of
from rag_core.enrichment.records import Record, required_kinds
from rag_core.geometry import Span


class Chunk(NamedTuple):
    """A chunk and its number in its document, from 1."""

    document: Document
    number: int
    span: Span

    @property
    def pages(self) -> list[int]:
        """The numbers of the pages that it stands on."""
        return [page.number for page in self.document.pages_of(*self.span)]


class Call(NamedTuple):
    """A prompt about a chunk, and the kind of text that it asks for."""

    chunk: Chunk
    what: TextKind
    prompt: str


def missing_calls(chunks: Sequence[Chunk], found: Sequence[Record], questions: int) -> list[Call]:
    """The calls for texts that no record has, chunk by chunk; each prompt once."""
    calls = (call for chunk, record in zip(chunks, found, strict=True) for call in _calls(chunk, record, questions))
    return list({call.prompt: call for call in calls}.values())


def _calls(chunk: Chunk, record: Record, questions: int) -> Iterator[Call]:
    text = chunk.document.text[chunk.span.start : chunk.span.end]
    for what in required_kinds(questions):
        if record.by_kind()[what] is None:
            yield Call(chunk, what, prompt_of(what, text, questions))
