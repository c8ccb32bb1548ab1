"""The faithfulness audit of a document: what a model, OCR or a person read, against the text layer of its pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rag_core.documents.document import Document, Page
from rag_core.geometry import Box, Span
from rag_core.pipeline.aligned import layer_of
from rag_core.text.audit import Finding, audit


@dataclass(frozen=True, slots=True)
class FindingOnPage:
    """A finding, with spans in the whole texts of both documents, and its place on the page.

    What the layer does not have has no boxes of its own: those of its neighbours are given, and `is_between` them.
    """

    finding: Finding
    page: int
    boxes: tuple[Box, ...]
    is_between: bool


@dataclass(frozen=True, eq=False)
class DocumentAudit:
    """The findings on all pages that could be compared, in order, and the number of words that were.

    `layer` is the file as pdfium reads it. `unchecked` are the numbers of the pages that have no text layer, so that
    nothing is known of what was read there.
    """

    layer: Document
    findings: tuple[FindingOnPage, ...]
    words: int
    pages: tuple[int, ...]
    unchecked: tuple[int, ...]


def audited(document: Document) -> DocumentAudit | None:
    """Audit a document of a parser that gives no boxes of a text layer; None where its file has no text layer."""
    layer = layer_of(document)
    if layer is None:
        return None
    layers = {page.number: page for page in layer.pages if layer.text[page.start : page.end].strip()}
    read = [page for page in document.pages if document.text[page.start : page.end].strip()]
    findings, words = list[FindingOnPage](), 0
    for pages in _consecutive([page for page in read if page.number in layers]):
        result = _audited(document, pages, layer, layers)
        findings += result[0]
        words += result[1]
    return DocumentAudit(
        layer=layer,
        findings=tuple(findings),
        words=words,
        pages=tuple(page.number for page in read if page.number in layers),
        unchecked=tuple(page.number for page in read if page.number not in layers),
    )


def _audited(
    document: Document, pages: Sequence[Page], layer: Document, layers: Mapping[int, Page]
) -> tuple[list[FindingOnPage], int]:
    here, there = pages[0].start, layers[pages[0].number].start
    numbers = {page.number for page in pages}
    result = audit(
        document.text[here : pages[-1].end],
        layer.text[there : layers[pages[-1].number].end],
        [left.text for left in layer.left_out if left.page in numbers],
        is_whole=True,
    )
    moved = (
        replace(one, read_span=_moved(one.read_span, here), layer_span=_moved(one.layer_span, there))
        for one in result.findings
    )
    return [_on_page(one, document, layer) for one in moved], result.words


def _on_page(finding: Finding, document: Document, layer: Document) -> FindingOnPage:
    is_between = not finding.layer.strip()
    span = _neighbours(layer.text, finding.layer_span.start) if is_between else finding.layer_span
    boxes = layer.boxes(*span)
    read = finding.read_span
    start = min(read.start, len(document.text) - 1)
    pages = document.pages_of(start, max(read.end, start + 1)) or document.pages[:1]
    number = next(iter(boxes), pages[0].number)
    return FindingOnPage(finding, number, tuple(boxes.get(number, ())), is_between)


def _neighbours(text: str, at: int) -> Span:
    """The word before a place and the one after it."""
    start, end = len(text[:at].rstrip()), at + len(text[at:]) - len(text[at:].lstrip())
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return Span(start, end)


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


def _moved(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)
