"""The generated and imported texts of chunks; each call's result is stored the moment it arrives."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from rag_core.cache import ArrayCache, TextCache, key_of
from rag_core.documents.document import Document
from rag_core.enrichment.written_text import WrittenText
from rag_core.geometry import Span
from rag_core.llms.base import ChatModel
from rag_core.llms.reasoning_filter import without_reasoning

IMPORTED = "an imported set"
MAX_CHARACTERS = 20_000  # of one text: models and files may be hostile


class GeneratedText(NamedTuple):
    """A text, the model that wrote it, and the call's tokens and duration; None where unknown."""

    text: str
    model: str
    completion_tokens: int | None = None
    seconds: float | None = None


Record = Mapping[str, GeneratedText | None]  # the texts of one chunk by their kinds; None where one is missing


class Records:
    """The stored texts of chunks: an imported one, else the one that the model `llm` wrote, if there is a model."""

    def __init__(self, cache: ArrayCache, llm: ChatModel | None) -> None:
        self._texts = TextCache(cache)
        self._identity = llm.identity if llm else None

    def of(self, document: Document, span: Span, texts: Sequence[WrittenText]) -> Record:
        """The record of a chunk with these texts."""
        return {
            text.kind: self._imported(document, span, text.kind) or self.by_model(text.asked(document, span))
            for text in texts
        }

    def by_model(self, asked: str) -> GeneratedText | None:
        """The model's stored answer to what it was asked."""
        stored = self._texts.get(self._key(asked)) if self._identity is not None else None
        if not stored:
            return None
        written = GeneratedText(**json.loads(stored))
        text = without_reasoning(written.text)  # stored before its reasoning was recognised
        return written._replace(text=text) if text else None

    def store(self, asked: str, written: GeneratedText) -> None:
        """Store the model's answer to what it was asked; it is on disk when this returns."""
        self._texts.put(self._key(asked), json.dumps(written._asdict()))

    def store_imported(self, document: Document, span: Span, texts: Mapping[str, str]) -> None:
        """Store a chunk's imported texts by their kinds, replacing those imported before; "" means none."""
        for what, text in texts.items():
            key = _imported_key(document, span, what)
            if text or self._texts.get(key):
                self._texts.put(key, text)

    def _imported(self, document: Document, span: Span, what: str) -> GeneratedText | None:
        text = without_reasoning(self._texts.get(_imported_key(document, span, what)) or "")
        return GeneratedText(text, IMPORTED) if text else None

    def _key(self, asked: str) -> str:
        return key_of("written", self._identity or "", asked)


def fingerprint(records: Iterable[Record]) -> str:
    """A hash of the records' texts."""
    return key_of(*(text.text if text else "" for record in records for text in record.values()))


def _imported_key(document: Document, span: Span, what: str) -> str:
    return key_of("imported", what, document.text_hash, span.start, span.end)
