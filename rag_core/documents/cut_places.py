"""Where chunks begin and end in a document, and what is cut there: sentences, tables, list items, words."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import chain
from threading import Condition
from typing import NamedTuple

import numpy as np
from cachetools import LRUCache, cached
from numpy.typing import NDArray

from rag_core.documents.blocks import BlockKind
from rag_core.documents.document import Document
from rag_core.documents.sentences import sentences
from rag_core.geometry import Span
from rag_core.text.whole_words import is_inside_word

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]

_MAX_DOCUMENTS = 8
_INKED = re.compile(r"\S+")


class CutCount(NamedTuple):
    """A count of cuts: `name` is what they are inside of, `inside` says which of the cuts (start, end) count."""

    name: str
    definition: str
    inside: Callable[[Document, Numbers], Flags]


def cuts(document: Document, chunks: Sequence[Span]) -> list[Span]:
    """The places where a chunk begins or ends, in order, each with the white space around it.

    Where a chunk ends and the next one begins is one place; with an overlap it is two. The beginning and the end of the
    text are none.
    """
    inked = _inked(document)
    if not len(inked):
        return []
    edges = np.unique(np.fromiter(chain.from_iterable(chunks), np.int64, 2 * len(chunks)))
    starts, ends = inked.T
    before = np.searchsorted(starts, edges, side="left") - 1  # the run of ink that begins before the edge
    after = np.searchsorted(ends, edges, side="right")  # the run that ends after it
    between = (before >= 0) & (after < len(inked))
    edges, before, after = edges[between], before[between], after[between]
    whole = np.column_stack((np.minimum(ends[before], edges), np.maximum(starts[after], edges)))
    return [Span(*edge) for edge in np.unique(whole, axis=0).tolist()]


def cut_counts(document: Document, chunks: Sequence[Span]) -> dict[str, list[Span]]:
    """For each of `CUT_COUNTS`, by its name, the cuts that count: text of one sentence, say, stands on both sides."""
    places = cuts(document, chunks)
    array = np.array(places, np.int64).reshape(-1, 2)
    return {
        count.name: [places[i] for i in np.flatnonzero(count.inside(document, array)).tolist()] for count in CUT_COUNTS
    }


def _key(document: Document) -> tuple[str, str]:
    return document.id, document.text_hash


@cached(LRUCache(_MAX_DOCUMENTS), key=_key, condition=Condition())
def _inked(document: Document) -> Numbers:
    """The runs of text without white space, shape (runs, 2)."""
    return np.array([match.span() for match in _INKED.finditer(document.text)], np.int64).reshape(-1, 2)


@cached(LRUCache(_MAX_DOCUMENTS), key=_key, condition=Condition())
def _sentences(document: Document) -> Numbers:
    return np.array(sentences(document, Span(0, len(document.text))), np.int64).reshape(-1, 2)


def _in_sentences(document: Document, places: Numbers) -> Flags:
    return _inside_any(_sentences(document), places)


def _in_blocks(kind: BlockKind) -> Callable[[Document, Numbers], Flags]:
    def inside(document: Document, places: Numbers) -> Flags:
        spans = [block.span for block in document.blocks if block.kind == kind]
        return _inside_any(np.array(spans, np.int64).reshape(-1, 2), places)

    return inside


def _in_words(document: Document, places: Numbers) -> Flags:
    found = (start == end and is_inside_word(document.text, start) for start, end in places.tolist())
    return np.fromiter(found, bool, len(places))


def _inside_any(spans: Numbers, places: Numbers) -> Flags:
    """Whether a span, of those in the order of their starts, begins before the place and ends after it."""
    if not len(spans):
        return np.zeros(len(places), bool)
    reach = np.maximum.accumulate(spans[:, 1])  # spans may contain each other
    last = np.searchsorted(spans[:, 0], places[:, 0], side="left") - 1
    return np.asarray((last >= 0) & (reach[last] > places[:, 1]))


CUT_COUNTS = (
    CutCount(
        "sentences",
        "Places where a chunk begins or ends with a part of a sentence on both sides. Rows of a table and headings "
        "count as sentences. With an overlap, the end of a chunk and the beginning of the next one are two places.",
        _in_sentences,
    ),
    CutCount(
        "tables",
        "Places where a chunk begins or ends inside a table, as far as the parser knows the tables.",
        _in_blocks("table"),
    ),
    CutCount(
        "list items",
        "Places where a chunk begins or ends inside an item of a list, as far as the parser knows the lists.",
        _in_blocks("list_item"),
    ),
    CutCount(
        "words",
        "Places where a chunk begins or ends between two letters or digits of one word or number. Hyphens separate "
        "words; scripts without spaces between words have no such places.",
        _in_words,
    ),
)
