"""The faithfulness audit of a document whose text was read off its pages, against their text layer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from threading import Condition
from typing import NamedTuple

from cachetools import LRUCache, cached

from rag_core.documents.document import Document, Page
from rag_core.geometry import Span
from rag_core.pipeline.report.margins import repeated_margins
from rag_core.text.audit import Finding, audit

_MAX_AUDITS = 32


class AuditedFinding(NamedTuple):
    """A finding on a page; the spans are of the documents' texts.

    `place` is what of the text layer shows where it is on the page: what the layer has there, else its neighbours.
    """

    page: int
    finding: Finding
    read: Span
    layer: Span
    place: Span


class PageAudit(NamedTuple):
    """The findings in the order of the read text, and the number of words that were compared.

    `found` is how many of these the text layer has: of a transcript of another document, hardly any.
    `unchecked` are the numbers of the pages without a text layer: nothing is known of what was read there.
    `words_beyond` is the number of words that lie beyond where a text layer of excerpts breaks off.
    """

    findings: Sequence[AuditedFinding]
    words: int
    unchecked: Sequence[int] = ()
    words_beyond: int = 0
    found: int = 0


def _key(read: Document, layer: Document) -> tuple[str, str, str, str]:
    return read.id, read.text_hash, layer.id, layer.text_hash


@cached(LRUCache(_MAX_AUDITS), key=_key, condition=Condition())
def audited(read: Document, layer: Document) -> PageAudit:
    """Compare a text with the text layer of the same file, page with page where both have pages, else at once.

    Pages that follow each other are compared together, as sentences go on from one to the next. Pages of which nothing
    was read are not compared. A text file may be excerpts of the pages. The result is cached for the pairs that were
    looked at last.
    """
    findings: list[AuditedFinding] = []
    words = beyond = known = 0
    groups, unchecked = _groups(read, layer)
    for part, of_layer, left_out in groups:
        text, beside = read.text[part.start : part.end], layer.text[of_layer.start : of_layer.end]
        found = audit(text, beside, left_out, pages=_pages_in(layer, of_layer))
        words += found.words
        known += found.found
        beyond += sum(len(text[slice(*span)].split()) for span in found.read_beyond)
        findings += [_placed(read, layer, one, part, of_layer) for one in found.findings]
    return PageAudit(findings, words, unchecked, beyond, known)


def _groups(read: Document, layer: Document) -> tuple[list[tuple[Span, Span, list[str]]], list[int]]:
    """What is compared with what, with the texts that the layer left out there, and the pages without a text layer."""
    if read.is_unpaged or layer.is_unpaged:
        return [(Span(0, len(read.text)), Span(0, len(layer.text)), [one.text for one in layer.left_out])], []
    layers = {page.number: page for page in layer.pages if layer.text[page.start : page.end].strip()}
    pages = [page for page in read.pages if read.text[page.start : page.end].strip()]
    margins = [layer.text[slice(*span)] for span in repeated_margins(layer)]
    groups = []
    for group in _consecutive([page for page in pages if page.number in layers]):
        numbers = {page.number for page in group}
        left_out = [*margins, *(one.text for one in layer.left_out if one.page in numbers)]
        first, last = layers[group[0].number], layers[group[-1].number]
        groups.append((Span(group[0].start, group[-1].end), Span(first.start, last.end), left_out))
    return groups, [page.number for page in pages if page.number not in layers]


def _pages_in(layer: Document, part: Span) -> list[Span]:
    """The pages of a part of the layer, in its own characters; none of a text file, which may be excerpts."""
    inside = [page for page in layer.pages if part.start <= page.start and page.end <= part.end]
    return [] if layer.is_unpaged else [Span(page.start - part.start, page.end - part.start) for page in inside]


def _consecutive(pages: Sequence[Page]) -> Iterator[list[Page]]:
    """The pages in groups without a missing number."""
    group: list[Page] = []
    for page in pages:
        if group and page.number != group[-1].number + 1:
            yield group
            group = []
        group.append(page)
    if group:
        yield group


def _placed(document: Document, beside: Document, found: Finding, part: Span, of_layer: Span) -> AuditedFinding:
    read = Span(part.start + found.read_span.start, part.start + found.read_span.end)
    layer = Span(of_layer.start + found.layer_span.start, of_layer.start + found.layer_span.end)
    place = layer if found.layer.strip() else _neighbours(beside.text, layer.start)
    where = beside.pages_of(*place) if not beside.is_unpaged else []
    page = where[0] if where else _page_at(document, read.start)
    return AuditedFinding(page.number, found, read, layer, place)


def _neighbours(text: str, at: int) -> Span:
    """The word before a place and the one after it."""
    start, end = len(text[:at].rstrip()), at + len(text[at:]) - len(text[at:].lstrip())
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return Span(start, end)


def _page_at(document: Document, position: int) -> Page:
    return next((page for page in document.pages if page.end >= position), document.pages[-1])
