"""The texts that several parsers made of one file, laid over each other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from threading import Condition, Lock
from typing import NamedTuple

from cachetools import LRUCache, cached

from rag_core.documents.document import Document, LeftOut
from rag_core.documents.limits import MB
from rag_core.errors import UserError
from rag_core.geometry import Box, Span
from rag_core.parts.parser import get_parser
from rag_core.pipeline.rereading import reread
from rag_core.text.alignment import Alignment, align
from rag_core.text.numbers import percent
from rag_core.text.spans import difference, meeting, union

_MAX_CACHED = 256 * MB
_MIN_SHARE = 0.5  # of the letters: fewer of a header are in the text of the pages by chance
_TEXT_LAYER = "pdfium"  # the parser that knows the box of every character

# Files that were found to have no text layer, which takes as long as to read one.
_without_layer: LRUCache[str, None] = LRUCache(256)
_lock = Lock()


def aligned(a: Document, b: Document) -> Alignment:
    """The alignment of two documents' texts; those of recently used pairs are cached in memory.

    It does not depend on which of the two is given first. Threads that need the same pair share one run.
    """
    if a.text_hash <= b.text_hash:
        return _aligned(a, b)
    return _aligned(b, a).reversed


class TextsOfOneFile(NamedTuple):
    """A text and the first one of its file; the shares of the letters of each that have a place in the other."""

    document: Document
    onto: Document
    share: float
    share_of_onto: float


def texts_of_one_file(documents: Iterable[Document]) -> Iterator[TextsOfOneFile]:
    """Each text of a file that another parser has read before it, laid over that one's."""
    first: dict[str, Document] = {}
    for document in documents:
        onto = first.setdefault(document.source_id, document)
        if onto is not document:
            yield TextsOfOneFile(document, onto, aligned(document, onto).share_of_a, aligned(onto, document).share_of_a)


def alignment_notices(documents: Iterable[Document]) -> list[str]:
    """For each file that several parsers have read, what share of their texts could be laid over each other."""
    return [
        f"{document.label} has a text by the parser {document.parser} and one by {onto.parser}, laid over each other: "
        f"{percent(there)} of the letters of the first have a place in the second, and {percent(back)} the other way. "
        "The rest is compared with nothing."
        for document, onto, there, back in texts_of_one_file(documents)
    ]


def boxes_on_page(document: Document, span: Span) -> dict[int, list[Box]]:
    """The span's boxes by page number; of a text without boxes, those of the same characters as pdfium reads them.

    Its headers, footers and page numbers have theirs too, which pdfium leaves out of its text.

    Empty where the file is no PDF, where it has no text layer, and where the span has no counterpart in it.
    """
    with_boxes = boxed(document)
    if with_boxes is None:
        return {}
    if with_boxes is document:
        return document.boxes(*span)
    alignment = aligned(document, with_boxes)
    left_out = list(_left_out_in(document, span, with_boxes, alignment))
    found: dict[int, list[Box]] = {}
    for rest in difference([span], union(place for place, _ in left_out)):
        placed = alignment.span_in_b(rest)
        for one in placed.spans if placed else ():
            for page, boxes in with_boxes.boxes(*one).items():
                found.setdefault(page, []).extend(boxes)
    for _, left in left_out:
        found.setdefault(left.page, []).extend(left.boxes)
    return dict(sorted(found.items()))


def _left_out_in(
    document: Document, span: Span, with_boxes: Document, alignment: Alignment
) -> Iterator[tuple[Span, LeftOut]]:
    """The headers, footers and page numbers that are in the span, and that the document with boxes leaves out."""
    pages = {page.number: Span(page.start, page.end) for page in document.pages_of(*span)}
    for left in with_boxes.left_out:
        words = left.text.split()
        if left.is_unseen or not left.boxes or not words or left.page not in pages:
            continue
        spelled = re.compile(r"(?<!\w)" + r"\s*".join(map(re.escape, words)) + r"(?!\w)")
        places = [Span(*match.span()) for match in spelled.finditer(document.text, *pages[left.page])]
        for place in meeting(places, [span]):
            placed = alignment.span_in_b(place)
            if placed is None or placed.share < _MIN_SHARE:  # else it is of the text itself
                yield place, left


def boxed(document: Document) -> Document | None:
    """The document if its characters have boxes, else its file as pdfium reads it; None where that has no text."""
    return document if document.char_boxes is not None else layer_of(document)


def layer_of(document: Document) -> Document | None:
    """The text layer of the document's file, as pdfium reads it; None where the file is no PDF or has none."""
    parser = get_parser(_TEXT_LAYER)
    if not parser.applies_to(document):
        return None
    with _lock:
        if document.source_id in _without_layer:
            return None
    try:
        return reread(document, parser, None)
    except UserError:  # pages without a text layer: the text has no place there
        with _lock:
            _without_layer[document.source_id] = None
        return None


def _key(a: Document, b: Document) -> tuple[str, str]:
    return a.text_hash, b.text_hash


# An alignment larger than the limit counts as exactly the limit, so that it can be cached at all.
_cache: LRUCache[tuple[str, str], Alignment] = LRUCache(_MAX_CACHED, lambda one: min(one.memory_bytes(), _MAX_CACHED))


@cached(_cache, key=_key, condition=Condition())
def _aligned(a: Document, b: Document) -> Alignment:
    return align(a.text, b.text)
