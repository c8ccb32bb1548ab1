"""A kind of text that a language model writes about each chunk, and sentences that name several of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.llms.base import ChatModel


class WrittenText(ABC):
    """A kind of text; each takes one call per chunk.

    `kind` is its name in keys and messages, and `field` the one in a set's JSON file. `one` and `many` name a chunk's
    text and those of all chunks in sentences.
    """

    kind: ClassVar[str]
    field: ClassVar[str]
    one: ClassVar[str]
    many: ClassVar[str]

    @property
    @abstractmethod
    def expected_tokens(self) -> int:
        """The length of an answer, while there is none yet."""

    def prompt(self, document: Document, span: Span, llm: ChatModel) -> str:
        """The prompt about the chunk at `span`, as long as the model's context window allows; by default `asked`."""
        return self.asked(document, span)

    def prompt_tokens(self, document: Document, span: Span, llm: ChatModel) -> int:
        """The length of the prompt, counted by the model."""
        return llm.count_tokens(self.prompt(document, span, llm))

    @abstractmethod
    def asked(self, document: Document, span: Span) -> str:
        """Identifies what is asked about the chunk: a text is written once for all chunks that ask the same."""

    def limit_notice(self, documents: Sequence[Document], llm: ChatModel) -> str:
        """A sentence about what the model does not see of the documents; empty if it sees all that it needs."""
        return ""


def one_of_each(texts: Sequence[WrittenText]) -> str:
    """What a chunk has, such as "a summary and questions"."""
    return " and ".join(text.one for text in texts)


def all_of(texts: Sequence[WrittenText]) -> str:
    """What all chunks have, such as "summaries and question lists"."""
    return " and ".join(text.many for text in texts)
