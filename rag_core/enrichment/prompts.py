"""The prompts about a chunk: those of LlamaIndex's extractors, unchanged."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, NamedTuple

TextKind = Literal["summary", "questions"]


class _Templates(NamedTuple):
    summary: str
    questions: str


def prompt_of(what: TextKind, text: str, questions: int) -> str:
    """The prompt for the chunk's summary, or for a number of questions that it answers."""
    text = as_utf8(text)
    if what == "summary":
        return _templates().summary.format(context_str=text)
    return _templates().questions.format(context_str=text, num_questions=questions)


def as_utf8(text: str) -> str:
    """The text with a question mark for lone surrogates, which some PDFs contain, and which cannot be sent."""
    return text.encode("utf-8", "replace").decode("utf-8")


@lru_cache(maxsize=1)
def _templates() -> _Templates:
    from llama_index.core.extractors.metadata_extractors import (
        DEFAULT_QUESTION_GEN_TMPL,
        DEFAULT_SUMMARY_EXTRACT_TEMPLATE,
    )

    return _Templates(DEFAULT_SUMMARY_EXTRACT_TEMPLATE, DEFAULT_QUESTION_GEN_TMPL)
