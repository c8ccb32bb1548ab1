"""Chunks, and what a language model is to be asked about them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rag_core.documents.document import Document
from rag_core.enrichment.prompts import What, prompt_of
from rag_core.enrichment.records import Record, wanted
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
    """What is to be asked about a chunk."""

    chunk: Chunk
    what: What
    prompt: str


def missing_calls(chunks: Sequence[Chunk], found: Sequence[Record], questions: int) -> list[Call]:
    """What no record has, each prompt once, the chunks one by one."""
    calls = (call for chunk, record in zip(chunks, found, strict=True) for call in _calls(chunk, record, questions))
    return list({call.prompt: call for call in calls}.values())


def _calls(chunk: Chunk, record: Record, questions: int) -> Iterator[Call]:
    text = chunk.document.text[chunk.span.start : chunk.span.end]
    for what in wanted(questions):
        if record.by_what()[what] is None:
            yield Call(chunk, what, prompt_of(what, text, questions))
