"""Where two texts of one page differ: really, in words or numbers, or only in their form."""

from __future__ import annotations

from threading import Condition
from typing import NamedTuple

import numpy as np
from cachetools import LRUCache, cached

from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.text.alignment import align
from rag_core.text.audit import audit
from rag_core.text.spans import union

_MAX_PAGES = 64


class PageDifference(NamedTuple):
    """What one text has and what the other has in its place, as spans of the documents; one of them may be empty."""

    a: Span
    b: Span


class PageDifferences(NamedTuple):
    """The real differences, and for each text what has only another form: hyphens, case, marks of Markdown."""

    real: list[PageDifference]
    form_a: list[Span]
    form_b: list[Span]


def _key(a: Document, of_a: Span, b: Document, of_b: Span) -> tuple[Span, str, Span, str]:
    return of_a, a.text[of_a.start : of_a.end], of_b, b.text[of_b.start : of_b.end]


@cached(LRUCache(_MAX_PAGES), key=_key, condition=Condition())
def page_differences(a: Document, of_a: Span, b: Document, of_b: Span) -> PageDifferences:
    """The differences of `a.text[of_a]` from `b.text[of_b]`; those of recently shown pages are cached."""
    text_a, text_b = a.text[of_a.start : of_a.end], b.text[of_b.start : of_b.end]
    found = [(one.read_span, one.layer_span) for one in audit(text_a, text_b, pages=[Span(0, len(text_b))]).findings]
    form_a, form_b = _form(text_a, text_b)
    return PageDifferences(
        [PageDifference(_moved(one, of_a.start), _moved(other, of_b.start)) for one, other in found],
        [_moved(span, of_a.start) for span in form_a],
        [_moved(span, of_b.start) for span in form_b],
    )


def _form(a: str, b: str) -> tuple[list[Span], list[Span]]:
    """The inked characters that the other text has not at their place, or has in another case or form."""
    pairs = align(a, b).pairs
    changed = np.array([a[i] != b[j] and not (a[i].isspace() and b[j].isspace()) for i, j in pairs.tolist()], bool)
    same = pairs[~changed] if len(pairs) else pairs
    return _without(a, same[:, 0]), _without(b, same[:, 1])


def _without(text: str, same: np.ndarray) -> list[Span]:
    marked = np.fromiter((not char.isspace() for char in text), bool, len(text))
    marked[same] = False
    return union(Span(i, i + 1) for i in np.flatnonzero(marked).tolist())


def _moved(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)
