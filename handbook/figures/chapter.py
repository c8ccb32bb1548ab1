"""The text from which the figures are made: chapter 4, set by itself without figures and read again by the parser."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from typeset import compile_pdf

from figures.recorded import RecordedModel
from rag_core import open_document, preset
from rag_core.documents.document import Document
from rag_core.documents.sections import headings
from rag_core.embeddings.vectors import Vectors
from rag_core.geometry import Span
from rag_core.pipeline.build import StrategyIndex, build, resources_for
from rag_core.pipeline.retrieve import retrieve
from rag_core.stages.resources import Resources
from rag_core.stages.retrieval import Retrieval

QUESTION = "Must I embed everything again when I change the chunk size?"
_ANSWER = ("And the model has to run only once.", "embedding the document again.")
_FIRST, _NEXT = re.compile(r"^## 4 ", re.MULTILINE), re.compile(r"^## 5 ", re.MULTILINE)


@dataclass(frozen=True, eq=False)
class Chapter:
    """The chapter as a PDF that was read and as the Markdown it was set from, with the models that read it.

    `recorded_scores` are those of a cross-encoder, by the keys of texts; `cross_encoder` is its folder, or empty.
    """

    document: Document
    markdown: Document
    llm: RecordedModel
    vectors: Vectors
    recorded_scores: dict[str, float]
    cross_encoder: str

    @cached_property
    def answer(self) -> Span:
        """The span of the sentences that answer the question."""
        first, last = _ANSWER
        start = self.document.text.index(first)
        return Span(start, self.document.text.index(last, start) + len(last))

    def has_answer(self, chunk: Span) -> bool:
        """Whether a chunk holds all of the answer."""
        return chunk.start <= self.answer.start and self.answer.end <= chunk.end

    def resources(self, spec: str) -> Resources:
        """What the stages of a strategy may use."""
        return resources_for(preset(spec), self.vectors, self.llm)

    def built(self, spec: str) -> StrategyIndex:
        """The chapter's index for a strategy."""
        return build(preset(spec), [self.document], self.resources(spec))

    def asked(self, spec: str, question: str = QUESTION) -> Retrieval:
        """What a strategy retrieves from the chapter."""
        return retrieve(self.built(spec), [question], self.resources(spec))[0]

    def places(self) -> dict[str, Any]:
        """What the strips of several figures have in common: the length, the pages, the headings and the answer."""
        return {
            "characters": len(self.document.text),
            "pages": [[page.start, page.end] for page in self.document.pages],
            "headings": [[*heading.span, heading.level] for heading in headings(self.document)],
            "answer": list(self.answer),
        }


def source_of_chapter(source: str) -> str:
    """The Markdown of the chapter."""
    first, following = _FIRST.search(source), _NEXT.search(source)
    if not (first and following):
        raise ValueError("the handbook has no chapter 4 with a chapter 5 behind it")
    return source[first.start() : following.start()]


def read_chapter(
    source: str, llm: RecordedModel, vectors: Vectors, recorded_scores: dict[str, float], cross_encoder: str = ""
) -> Chapter:
    """The chapter of the handbook whose Markdown is given."""
    written = source_of_chapter(source)
    with tempfile.TemporaryDirectory() as name:
        pdf = Path(name) / "chapter.pdf"
        compile_pdf(written, pdf)
        read = open_document(pdf), open_document(written.encode(), name="chapter.md")
        return Chapter(*read, llm, vectors, recorded_scores, cross_encoder)
