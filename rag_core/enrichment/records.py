"""The generated and imported texts of chunks; each call's result is stored the moment it arrives."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import NamedTuple, get_args

from rag_core.cache import ArrayCache, TextCache, key_of
from rag_core.documents.document import Document
from rag_core.enrichment.prompts import TextKind, prompt_of
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


class Record(NamedTuple):
    """The texts of one chunk; None where one is missing."""

    summary: GeneratedText | None = None
    questions: GeneratedText | None = None

    def by_kind(self) -> dict[TextKind, GeneratedText | None]:
        """The texts by their kinds."""
        return {"summary": self.summary, "questions": self.questions}


class Records:
    """The stored texts of chunks: an imported one, else the one that the model `llm` wrote, if there is a model."""

    def __init__(self, cache: ArrayCache, llm: ChatModel | None) -> None:
        self._texts = TextCache(cache)
        self._identity = llm.identity if llm else None

    def of(self, document: Document, span: Span, questions: int) -> Record:
        """The record of a chunk, for strategies with `questions` questions per chunk; with 0, it has none."""
        found = {what: self._imported(document, span, what) for what in required_kinds(questions)}
        text = document.text[span.start : span.end]
        return Record(
            **{what: known or self.by_model(prompt_of(what, text, questions)) for what, known in found.items()}
        )

    def by_model(self, prompt: str) -> GeneratedText | None:
        """The model's stored answer to a prompt."""
        stored = self._texts.get(self._key(prompt)) if self._identity is not None else None
        if not stored:
            return None
        written = GeneratedText(**json.loads(stored))
        text = without_reasoning(written.text)  # stored before its reasoning was recognised
        return written._replace(text=text) if text else None

    def store(self, prompt: str, written: GeneratedText) -> None:
        """Store the model's answer to a prompt; it is on disk when this returns."""
        self._texts.put(self._key(prompt), json.dumps(written._asdict()))

    def store_imported(self, document: Document, span: Span, texts: dict[TextKind, str]) -> None:
        """Store a chunk's imported texts, replacing those imported before; "" means none."""
        for what in get_args(TextKind):
            key = _imported_key(document, span, what)
            if texts.get(what) or self._texts.get(key):
                self._texts.put(key, texts.get(what, ""))

    def _imported(self, document: Document, span: Span, what: TextKind) -> GeneratedText | None:
        text = without_reasoning(self._texts.get(_imported_key(document, span, what)) or "")
        return GeneratedText(text, IMPORTED) if text else None

    def _key(self, prompt: str) -> str:
        return key_of("written", self._identity or "", prompt)


def required_kinds(questions: int) -> tuple[TextKind, ...]:
    """The kinds of texts per chunk; each takes a call."""
    return ("summary", "questions") if questions else ("summary",)


def fingerprint(records: Iterable[Record]) -> str:
    """A hash of the records' texts."""
    return key_of(*(text.text if text else "" for record in records for text in record))


def _imported_key(document: Document, span: Span, what: TextKind) -> str:
    return key_of("imported", what, document.text_hash, span.start, span.end)
