"""What is written of chunks: each call's result, kept the moment it arrives, and what was imported."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import NamedTuple, get_args

from rag_core.cache import ArrayCache, TextCache, key_of
from rag_core.documents.document import Document
from rag_core.enrichment.prompts import What, prompt_of
from rag_core.geometry import Span
from rag_core.llms.base import ChatModel

IMPORTED = "an imported set"
MAX_CHARACTERS = 20_000  # of one text: what comes from a model or a file may be hostile


class Written(NamedTuple):
    """A text, who wrote it, and what the call took; None where that is not known."""

    text: str
    model: str
    completion_tokens: int | None = None
    seconds: float | None = None


class Record(NamedTuple):
    """What is written of one chunk; None what is not yet."""

    summary: Written | None = None
    questions: Written | None = None

    def by_what(self) -> dict[What, Written | None]:
        """By what a model was asked for."""
        return {"summary": self.summary, "questions": self.questions}


class Records:
    """Finds what was imported, and before all else that, and what one model wrote; of no model, what was imported."""

    def __init__(self, cache: ArrayCache, llm: ChatModel | None) -> None:
        self._texts = TextCache(cache)
        self._identity = llm.identity if llm else None

    def of(self, document: Document, span: Span, questions: int) -> Record:
        """Of a chunk with so many questions; with none, there is nothing to be written of them."""
        found = {what: self._imported(document, span, what) for what in wanted(questions)}
        text = document.text[span.start : span.end]
        return Record(
            **{what: known or self.by_model(prompt_of(what, text, questions)) for what, known in found.items()}
        )

    def by_model(self, prompt: str) -> Written | None:
        """What the model answered to this prompt."""
        kept = self._texts.get(self._key(prompt)) if self._identity is not None else None
        return Written(**json.loads(kept)) if kept else None

    def keep(self, prompt: str, written: Written) -> None:
        """Keep what the model answered: it is on the disk when this returns."""
        self._texts.put(self._key(prompt), json.dumps(written._asdict()))

    def keep_imported(self, document: Document, span: Span, texts: dict[What, str]) -> None:
        """Keep what was imported for a chunk, in the place of what was imported before; "" is nothing."""
        for what in get_args(What):
            key = _imported_key(document, span, what)
            if texts.get(what) or self._texts.get(key):
                self._texts.put(key, texts.get(what, ""))

    def _imported(self, document: Document, span: Span, what: What) -> Written | None:
        text = self._texts.get(_imported_key(document, span, what))
        return Written(text, IMPORTED) if text else None

    def _key(self, prompt: str) -> str:
        return key_of("written", self._identity or "", prompt)


def wanted(questions: int) -> tuple[What, ...]:
    """What is asked of a model for each chunk, in a call each."""
    return ("summary", "questions") if questions else ("summary",)


def fingerprint(records: Iterable[Record]) -> str:
    """Another one wherever other texts are written."""
    return key_of(*(text.text if text else "" for record in records for text in record))


def _imported_key(document: Document, span: Span, what: What) -> str:
    return key_of("imported", what, document.text_hash, span.start, span.end)
