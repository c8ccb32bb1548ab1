"""A parser that reads pages one by one, as slowly and as badly as a test wants."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import ClassVar, Literal

from pydantic import Field

from rag_core import interrupts
from rag_core.documents.document import Page
from rag_core.documents.formats import Format
from rag_core.documents.limits import Limits
from rag_core.documents.page_shares import share_read
from rag_core.documents.parsed import Parsed
from rag_core.errors import UserError
from rag_core.llms.base import ChatModel
from rag_core.parts.parser.offer import Offer, PageFunction, ReadingFailed
from rag_core.parts.parser.paged import PagedParser
from rag_core.stages.source import Source


class Gate:
    """What the test decides: which pages are let through, and which fail; and what the parser has read."""

    def __init__(self) -> None:
        self.open = threading.Semaphore(0)
        self.read: list[int] = []
        self.fail: set[int] = set()
        self.is_gone = False
        self.readers = 0
        self.share: float | None = 0.0  # of each page, before it is let through


gates: dict[str, Gate] = {}


class SlowParser(PagedParser):
    """Reads one page per line of a text file: the line in capitals."""

    kind: Literal["slow"] = "slow"
    label: ClassVar[str] = "slow"
    summary: ClassVar[str] = "Reads a line as a page, in capitals"
    formats: ClassVar[tuple[Format, ...]] = ("text",)
    action: ClassVar[str] = "Reading slowly"

    gate: str = Field("gate", title="Gate", description="Which gate lets pages through")

    def page_made_by(self, llm: ChatModel | None) -> tuple[str, ...]:
        return (self.kind, self.gate, llm.identity if llm else "")

    def page_numbers(self, source: Source) -> tuple[int, ...]:
        return tuple(range(1, len(source.data.splitlines()) + 1))

    def offer_for(
        self, source: Source, missing: tuple[int, ...], total: int, seconds: float | None, llm: ChatModel | None
    ) -> Offer:
        obstacle = "Install it with the command install slow." if self.gate == "missing" else ""
        return Offer(missing, total, f"{len(missing)} of {total} pages would be read.", obstacle=obstacle)

    @contextmanager
    def page_reader(self, source: Source, llm: ChatModel | None) -> Iterator[PageFunction]:
        gate, lines = gates[self.gate], source.data.decode().splitlines()
        gate.readers += 1
        try:
            yield lambda page: self._read(gate, page, lines[page - 1])
        finally:
            gate.readers -= 1

    def _read(self, gate: Gate, page: int, line: str) -> str:
        while not gate.open.acquire(timeout=0.01):
            share_read(gate.share)
            interrupts.check()
        if gate.is_gone:
            raise ReadingFailed("The server is gone.")
        if page in gate.fail:
            raise UserError("The page is smudged.")
        gate.read.append(page)
        return line.upper()

    def assembled(self, source: Source, limits: Limits, results: Mapping[int, str]) -> Parsed:
        pages, text = [], ""
        for number, line in results.items():
            pages.append(Page(number, len(text), len(text) + len(line), None, None))
            text += line + "\n"
        return Parsed(text, tuple(pages))
