"""The sections of a document: the headings under which a position of its text stands."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag_core.documents.blocks import Block
from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.text.line_starts import line_start

SectionPath = tuple[Span, ...]


def headings(document: Document) -> list[Block]:
    """The document's headings, in order."""
    return [block for block in document.blocks if block.kind == "heading"]


def section_path(document: Document, position: int) -> SectionPath:
    """The headings that a position of the text is under, from the outermost in; empty before the first heading.

    A section begins with the line of its heading, marks such as "##" included, and ends with the line of the next
    heading of the same or an outer level.
    """
    return section_paths(document, [position])[0]


def section_paths(document: Document, positions: Sequence[int] | NDArray[np.int64]) -> list[SectionPath]:
    """The section paths of many positions, in any order; see `section_path`."""
    found = headings(document)
    paths: list[SectionPath] = [(), *_paths(found)]
    numbers = np.searchsorted(section_starts(document, found), positions, side="right")
    return [paths[number] for number in numbers.tolist()]


def section_starts(document: Document, found: Sequence[Block]) -> NDArray[np.int64]:
    """Where the sections of these headings begin: at the start of each heading's line."""
    return np.array([line_start(document.text, block.span.start) for block in found], np.int64)


def _paths(found: Sequence[Block]) -> list[SectionPath]:
    """The path of each heading, which ends with the heading itself; levels may jump."""
    paths: list[SectionPath] = []
    open_ones: list[Block] = []
    for block in found:
        open_ones = [outer for outer in open_ones if (outer.level or 1) < (block.level or 1)]
        open_ones.append(block)
        paths.append(tuple(outer.span for outer in open_ones))
    return paths
