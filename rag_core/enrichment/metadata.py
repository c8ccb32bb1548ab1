"""The summary of a chunk and the questions that it answers, asked for with the prompts of LlamaIndex's extractors."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, NamedTuple

from typing_extensions import override

from rag_core.documents.document import Document
from rag_core.enrichment.sendable import as_utf8
from rag_core.enrichment.written_text import WrittenText
from rag_core.geometry import Span

_SUMMARY_TOKENS, _QUESTION_TOKENS = 150, 25  # per answer


@dataclass(frozen=True)
class Summary(WrittenText):
    """A summary of the chunk."""

    kind: ClassVar[str] = "summary"
    field: ClassVar[str] = "section_summary"
    one: ClassVar[str] = "a summary"
    many: ClassVar[str] = "summaries"

    @property
    @override
    def expected_tokens(self) -> int:
        return _SUMMARY_TOKENS

    @override
    def asked(self, document: Document, span: Span) -> str:
        return _templates().summary.format(context_str=as_utf8(document.text[span.start : span.end]))


@dataclass(frozen=True)
class Questions(WrittenText):
    """A number of questions that the chunk answers."""

    number: int

    kind: ClassVar[str] = "questions"
    field: ClassVar[str] = "questions_this_excerpt_can_answer"
    one: ClassVar[str] = "questions"
    many: ClassVar[str] = "question lists"

    @property
    @override
    def expected_tokens(self) -> int:
        return _QUESTION_TOKENS * self.number

    @override
    def asked(self, document: Document, span: Span) -> str:
        text = as_utf8(document.text[span.start : span.end])
        return _templates().questions.format(context_str=text, num_questions=self.number)


class _Templates(NamedTuple):
    summary: str
    questions: str


@lru_cache(maxsize=1)
def _templates() -> _Templates:
    from llama_index.core.extractors.metadata_extractors import (
        DEFAULT_QUESTION_GEN_TMPL,
        DEFAULT_SUMMARY_EXTRACT_TEMPLATE,
    )

    return _Templates(DEFAULT_SUMMARY_EXTRACT_TEMPLATE, DEFAULT_QUESTION_GEN_TMPL)
