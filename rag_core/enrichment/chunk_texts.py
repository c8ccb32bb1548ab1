"""Chunks, and what a language model is to be asked about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rag_core.documents.document import Document
from rag_core.enrichment.records import Record
from rag_core.enrichment.written_text import WrittenText
from rag_core.geometry import Span
from rag_core.llms.base import ChatModel


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
    """What a model is asked for: a text of some kind about a chunk.

    The prompt is made anew each time: it may hold the whole document, and be shorter once a window is known.
    """

    chunk: Chunk
    text: WrittenText
    llm: ChatModel

    @property
    def prompt(self) -> str:
        """The prompt, as long as the model's context window allows."""
        return self.text.prompt(self.chunk.document, self.chunk.span, self.llm)

    @property
    def prompt_tokens(self) -> int:
        """The length of the prompt, counted by the model."""
        return self.text.prompt_tokens(self.chunk.document, self.chunk.span, self.llm)

    @property
    def asked(self) -> str:
        """Identifies what is asked, whatever the model's context window."""
        return self.text.asked(self.chunk.document, self.chunk.span)


def missing_calls(
    chunks: Sequence[Chunk], found: Sequence[Record], texts: Sequence[WrittenText], llm: ChatModel
) -> list[Call]:
    """The calls for texts that no record has, chunk by chunk; what is asked alike once."""
    calls = (
        Call(chunk, text, llm)
        for chunk, record in zip(chunks, found, strict=True)
        for text in texts
        if record[text.kind] is None
    )
    return list({call.asked: call for call in calls}.values())
