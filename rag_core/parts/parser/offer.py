"""What a parser that reads pages one by one offers before it runs, and what it promises to those that have it run."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from rag_core.documents.document import Document
from rag_core.documents.page_results import PageResults
from rag_core.errors import UserError
from rag_core.llms.base import ChatModel
from rag_core.stages.resources import ReadingResources
from rag_core.stages.source import Source

PageFunction = Callable[[int], str]  # from a page's number to its result


@dataclass(frozen=True)
class Offer:
    """What it takes to read the pages that are missing; nothing has been run, sent or paid for.

    `pages` are missing, of `total` that the parser reads one by one; the others are in the cache. `sentence` says what
    it takes: pages, time on this machine, or tokens and cost. `needs_consent` is whether the command line asks for
    --yes. `obstacle` says why the pages cannot be read at present and what to do, empty if they can; `command` is the
    command that it names, for the user to copy.
    """

    pages: tuple[int, ...]
    total: int
    sentence: str
    needs_consent: bool = True
    obstacle: str = ""
    command: str = ""


class NotReadYet(UserError):
    """A document cannot be read before the user has done something, such as to load a transcript."""


class PagesUnread(NotReadYet):
    """A document cannot be assembled yet: pages of it are not read, and reading them is up to the user."""

    def __init__(self, name: str, parser: str, offer: Offer) -> None:
        remedy = offer.obstacle or "Start it on the page, or on the command line with --yes."
        super().__init__(f"{name} is not read by the parser {parser!r} yet. {offer.sentence} {remedy}")
        self.offer = offer


class ReadingFailed(UserError):
    """Raised for a page when no other page could be read either, say because a server is gone: the job ends."""


class ReadsPages(Protocol):
    """A parser that reads pages one by one, `concurrency` at the same time; PagedParser is its base class.

    `action` begins a line of progress: "Reading by OCR".
    """

    kind: Any
    concurrency: ClassVar[int]
    action: ClassVar[str]

    def offer(self, source: Source, resources: ReadingResources) -> Offer | None:
        """What reading the missing pages takes; None if none is missing."""

    def results(self, source: Source, resources: ReadingResources) -> PageResults:
        """The cached results for the pages of a file."""

    def page_reader(self, source: Source, llm: ChatModel | None) -> AbstractContextManager[PageFunction]:
        """Open what reads pages."""

    def made_by(self, resources: ReadingResources | None) -> tuple[str, ...]:
        """What the results depend on besides the bytes and the fields."""

    def applies_to(self, document: Document) -> bool:
        """Whether the parser supports the document's format."""

    def has_read(self, document: Document) -> bool:
        """Whether the document was made by this parser with the same fields."""

    def model_dump_json(self) -> str:
        """The parser's kind and fields."""
