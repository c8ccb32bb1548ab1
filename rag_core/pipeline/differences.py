"""The differences of the texts that two parsers made of one page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from rag_core.documents.document import Document, Page
from rag_core.geometry import Span
from rag_core.text.differences import Run, text_differences

_MAX_CACHED_PAGES = 64


@dataclass(frozen=True, slots=True)
class PageDifferences:
    """The page's text in both documents, in runs whose spans are those of the document; empty where it has no page."""

    a: tuple[Run, ...]
    b: tuple[Run, ...]


def differences(document_a: Document, document_b: Document, page: int) -> PageDifferences:
    """What is equal on a page, what differs in form alone, and what is really different.

    The pages' texts are aligned: a block that moved on the page is equal.
    """
    pages = [_page_of(document, page) for document in (document_a, document_b)]
    texts = [
        document.text[found.start : found.end] if found else ""
        for document, found in zip((document_a, document_b), pages, strict=True)
    ]
    runs = _cached(texts[0], texts[1])
    return PageDifferences(*(_moved(one, found.start if found else 0) for one, found in zip(runs, pages, strict=True)))


def _page_of(document: Document, number: int) -> Page | None:
    return next((page for page in document.pages if page.number == number), None)


def _moved(runs: list[Run], by: int) -> tuple[Run, ...]:
    return tuple(replace(run, span=Span(run.span.start + by, run.span.end + by)) for run in runs)


@lru_cache(maxsize=_MAX_CACHED_PAGES)
def _cached(a: str, b: str) -> tuple[list[Run], list[Run]]:
    return text_differences(a, b)
