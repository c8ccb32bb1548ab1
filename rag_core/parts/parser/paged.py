"""The base class of parsers that read pages one by one and take long, such as OCR and models that see.

`parse` of such a parser runs nothing that takes long: it assembles the document from the pages that are in the cache,
and raises PagesUnread with an Offer where some are missing. `pipeline/long_reading.py` reads them, after the user's
click or with --yes, in a job that can be stopped and continued. A new kind implements the five methods at the end.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from contextlib import AbstractContextManager
from threading import Condition
from typing import ClassVar

from cachetools import LRUCache, cached
from typing_extensions import override

from rag_core.documents.limits import Limits, current_limits
from rag_core.documents.page_results import PageResults
from rag_core.documents.parsed import Parsed
from rag_core.llms.base import ChatModel
from rag_core.parts.parser.base import Parser
from rag_core.parts.parser.offer import Offer, PageFunction, PagesUnread
from rag_core.stages.resources import ParserResources, ReadingResources
from rag_core.stages.source import Source

_MAX_NUMBERED = 256  # files whose page numbers are remembered


class PagedParser(Parser):
    """Reads pages one by one; results are cached per page.

    The class fields are those of `ReadsPages`.
    """

    waits_for_user: ClassVar[bool] = True
    concurrency: ClassVar[int] = 1
    is_audited: ClassVar[bool] = True
    action: ClassVar[str]

    @override
    def parse(self, source: Source, limits: Limits, resources: ReadingResources | None) -> Parsed:
        """The document from the pages in the cache; raises PagesUnread if some are missing."""
        resources = resources or ParserResources()
        offer = self.offer(source, resources)
        if offer is not None:
            raise PagesUnread(source.name, self.kind, offer)
        results = self.results(source, resources)
        return self.assembled(source, limits, results.get_all(_numbers(self, source)))

    def offer(self, source: Source, resources: ReadingResources) -> Offer | None:
        """What reading the missing pages takes; None if none is missing.

        Raises UserError for a file that the parser does not read, empty ones and those of another format included.
        """
        self.checked_format(source, current_limits())
        pages, results = _numbers(self, source), self.results(source, resources)
        missing = tuple(page for page in pages if results.get(page) is None)
        if not missing:
            return None
        return self.offer_for(source, missing, len(pages), results.seconds_per_page(), resources.llm)

    def results(self, source: Source, resources: ReadingResources) -> PageResults:
        """The cached results for the pages of a file."""
        return PageResults(resources.cache, source.id, self.page_made_by(resources.llm))

    @override
    def paged(self) -> PagedParser:
        return self

    @override
    def made_by(self, resources: ReadingResources | None) -> tuple[str, ...]:
        return self.page_made_by(resources.llm if resources else None)

    @abstractmethod
    def page_made_by(self, llm: ChatModel | None) -> tuple[str, ...]:
        """All that a page's result depends on besides the page: the kind, fields that matter, versions, the model."""

    @abstractmethod
    def page_numbers(self, source: Source) -> tuple[int, ...]:
        """The numbers of the pages that are read one by one, ascending; called once per file, and may take a second.

        Raises UserError for a file that cannot be read at all.
        """

    @abstractmethod
    def offer_for(
        self, source: Source, missing: tuple[int, ...], total: int, seconds: float | None, llm: ChatModel | None
    ) -> Offer:
        """The offer for the missing pages; `seconds` is what a page took lately on this machine, None if unknown."""

    @abstractmethod
    def page_reader(self, source: Source, llm: ChatModel | None) -> AbstractContextManager[PageFunction]:
        """Open what reads pages: a function that returns a page's result as text, called in several threads.

        It calls `interrupts.check()` at least every `interrupts.POLL_S` seconds while it waits. It raises UserError for
        a page that cannot be read now and may be tried again later, ReadingFailed where no page can. A page that will
        never be readable has a result that says so.
        """

    @abstractmethod
    def assembled(self, source: Source, limits: Limits, results: Mapping[int, str]) -> Parsed:
        """The document, given the results for all `page_numbers`."""


def _key(parser: PagedParser, source: Source) -> tuple[str, str, str | None]:
    return source.id, parser.model_dump_json(), source.password


_numbered: LRUCache[tuple[str, str, str | None], tuple[int, ...]] = LRUCache(_MAX_NUMBERED)


@cached(_numbered, key=_key, condition=Condition())
def _numbers(parser: PagedParser, source: Source) -> tuple[int, ...]:
    return parser.page_numbers(source)
