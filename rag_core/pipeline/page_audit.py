"""The faithfulness audit of a document whose text was read off its pages, page by page against the text layer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from threading import Condition
from typing import NamedTuple

from cachetools import LRUCache, cached

from rag_core.documents.document import Document, Page
from rag_core.geometry import Span
from rag_core.text.audit import Finding, audit

_MAX_AUDITS = 32


class AuditedFinding(NamedTuple):
    """A finding on a page; the spans are of the documents' texts."""

    page: int
    finding: Finding
    read: Span
    layer: Span


class PageAudit(NamedTuple):
    """The findings in the order of the read text, and the number of words that were compared."""

    findings: Sequence[AuditedFinding]
    words: int


def _key(read: Document, layer: Document) -> tuple[str, str, str, str]:
    return read.id, read.text_hash, layer.id, layer.text_hash


@cached(LRUCache(_MAX_AUDITS), key=_key, condition=Condition())
def audited(read: Document, layer: Document) -> PageAudit:
    """Compare a text with the text layer of the same file: page by page where both have the file's pages, else at once.

    Pages of which nothing was read are not compared. The result is cached for the pairs that were looked at last.
    """
    findings: list[AuditedFinding] = []
    words = 0
    for part, of_layer, left_out in _pairs(read, layer):
        text, beside = read.text[part.start : part.end], layer.text[of_layer.start : of_layer.end]
        found = audit(text, beside, left_out)
        words += found.words
        findings += [_placed(read, one, part, of_layer) for one in found.findings]
    return PageAudit(findings, words)


def same_pages(a: Document, b: Document) -> bool:
    """Whether the pages of both texts are those of one file."""
    return a.format == b.format == "pdf" and [page.number for page in a.pages] == [page.number for page in b.pages]


def _pairs(read: Document, layer: Document) -> Iterator[tuple[Span, Span, list[str]]]:
    if not same_pages(read, layer):
        yield Span(0, len(read.text)), Span(0, len(layer.text)), [one.text for one in layer.left_out]
        return
    for page, other in zip(read.pages, layer.pages, strict=True):
        if read.text[page.start : page.end].strip():
            left_out = [one.text for one in layer.left_out if one.page == page.number]
            yield Span(page.start, page.end), Span(other.start, other.end), left_out


def _placed(document: Document, found: Finding, part: Span, of_layer: Span) -> AuditedFinding:
    read = Span(part.start + found.read_span.start, part.start + found.read_span.end)
    layer = Span(of_layer.start + found.layer_span.start, of_layer.start + found.layer_span.end)
    return AuditedFinding(_page_at(document, read.start).number, found, read, layer)


def _page_at(document: Document, position: int) -> Page:
    return next((page for page in document.pages if page.end >= position), document.pages[-1])
