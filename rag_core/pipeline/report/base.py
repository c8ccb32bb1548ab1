"""The figures of a report on how a parser read a document, and what they are found from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Condition
from typing import NamedTuple

import numpy as np
from cachetools import LRUCache, cached
from numpy.typing import NDArray

from rag_core.documents.document import Document, Page
from rag_core.geometry import Box, Span
from rag_core.part import Registry
from rag_core.pipeline.aligned import aligned, boxed, boxes_on_page

_MAX_REPORTS = 16


class Place(NamedTuple):
    """What a figure counts: on which page, where in the text, and what is shown of it.

    `span` is None for what is not in the text; `boxes` are then its places on the page.
    """

    page: int
    span: Span | None
    text: str
    boxes: tuple[Box, ...] = ()


@dataclass(frozen=True, eq=False)
class Read:
    """A document as a parser read it, with where its characters stand on the pages as far as that is known."""

    document: Document

    @cached_property
    def boxed(self) -> Document | None:
        """The file as read by a parser that knows the boxes; None where it has no text layer."""
        return boxed(self.document)

    @cached_property
    def char_boxes(self) -> NDArray[np.float32] | None:
        """The boxes of the characters, from the aligned text where the parser knows none; None where there are none."""
        if self.boxed is None or self.boxed.char_boxes is None or self.boxed is self.document:
            return self.document.char_boxes
        pairs = aligned(self.document, self.boxed).pairs
        found = np.full((len(self.document.text), 4), np.nan, np.float32)
        found[pairs[:, 0]] = self.boxed.char_boxes[pairs[:, 1]]
        return found

    def page_at(self, position: int) -> Page:
        """The page that holds a character of the text."""
        return (self.document.pages_of(position, position + 1) or [self.document.pages[0]])[0]

    def place(self, span: Span) -> Place:
        """A span of the text as a place."""
        return Place(self.page_at(span.start).number, span, self.document.text[span.start : span.end])


@dataclass(frozen=True)
class Figure:
    """A figure of the report: what it is called, what it counts, and how its places are found, in their order."""

    name: str
    label: str
    definition: str
    find: Callable[[Read], Sequence[Place]]


FIGURES: Registry[Figure] = Registry("figure of the report")


def register(
    name: str, label: str, definition: str
) -> Callable[[Callable[[Read], Sequence[Place]]], Callable[[Read], Sequence[Place]]]:
    """Decorator that registers the function that finds the places of a figure."""

    def decorate(find: Callable[[Read], Sequence[Place]]) -> Callable[[Read], Sequence[Place]]:
        FIGURES.register(name, Figure(name, label, definition, find))
        return find

    return decorate


def _key(document: Document) -> tuple[str, str]:
    return document.id, document.text_hash


@cached(LRUCache(_MAX_REPORTS), key=_key, condition=Condition())
def report(document: Document) -> dict[str, list[Place]]:
    """The places of each figure by its name; cached for the documents that were looked at last."""
    read = Read(document)
    return {name: list(figure.find(read)) for name, figure in FIGURES.items().items()}


def boxes_of(document: Document, place: Place) -> dict[int, list[Box]]:
    """The boxes of a place by page number; empty where it has none."""
    if place.span is None:
        return {place.page: list(place.boxes)} if place.boxes else {}
    return boxes_on_page(document, place.span)
