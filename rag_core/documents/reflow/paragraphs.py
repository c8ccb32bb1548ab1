"""Groups the lines of a page into paragraphs; headings, list items and table rows are paragraphs too."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag_core.documents.reflow.hyphens import is_broken
from rag_core.documents.reflow.lines import Line
from rag_core.text.superscripts import SUPERSCRIPTS

Floats = NDArray[np.float64]

_SAME_SIZE = 0.12  # of the height: how far lines of one paragraph may differ
_MIN_GAP = 0.5  # of the height: a wider space between two lines is a gap, unless the whole page is set so
_INDENT = 0.6  # of the height
_SLACK = 0.3  # of the height: a full line may end this far from the edge
_RAGGED = 3.0  # of the height: lines that are not justified end up to this far from the edge
_MIN_FULL = 0.5  # of the lines of a paragraph reach its edge
_EARLY = 0.25  # of the column's width: a line within a sentence may end this far from the edge
_WORD_SPACE = 0.25  # of the height
_STOPS = ".!?:;\u061b\u061f\u06d4\u0964\u3002\uff01\uff0e\uff1a\uff1b\uff1f\uff61"
_CLOSING = "'\"\u201d\u2019\u00bb)\\]\u3009\u300b\u300d\u300f\u3011\uff09\uff3d"
_SENTENCE_END = re.compile(rf"[{_STOPS}][{_CLOSING}{SUPERSCRIPTS}]*\Z")


@dataclass(eq=False)
class Paragraph:
    """Lines that belong together; `gap`: an empty line separates the paragraph from the previous one."""

    lines: list[Line] = field(default_factory=list)
    gap: bool = True
    edge: float = 0.0  # of the column, where full lines end, in points along the line

    @property
    def page(self) -> int:
        """The number of its page."""
        return self.lines[0].page

    def is_full_before(self, line: Line) -> bool:
        """Whether the first word of `line` would not have fitted into the last line of this paragraph."""
        last = self.lines[-1]
        room = self.edge - last.end - _SLACK * line.height
        return room < line.first_word_width + _WORD_SPACE * line.height


def ends_sentence(line: Line) -> bool:
    """Whether the line ends with a full stop or another mark that ends a sentence."""
    return bool(_SENTENCE_END.search(line.text))


def paragraphs_of(lines: Sequence[Line]) -> list[Paragraph]:
    """Group the lines of one page, in the order given."""
    max_leading = _max_leading(lines)
    paragraphs: list[Paragraph] = []
    extents = _Extents.of(lines)
    for stack in _stacks(lines, max_leading):
        edge = _edge(stack, extents)
        for index, line in enumerate(stack):
            if index and _joins(stack, index, paragraphs[-1]):
                paragraphs[-1].lines.append(line)
            else:
                paragraphs.append(Paragraph([line], gap=index == 0, edge=edge))
    return paragraphs


def _max_leading(lines: Sequence[Line]) -> float:
    """The widest space between lines, in line heights, that is not a gap on this page."""
    spaces = sorted(_space(a, b) for a, b in pairwise(lines) if _is_below(a, b))
    typical = spaces[len(spaces) // 4] if spaces else 0.0  # the first quartile: gaps between paragraphs are wider
    return max(_MIN_GAP, typical * 1.3 + 0.1) if typical < 3 else _MIN_GAP


def _space(above: Line, below: Line) -> float:
    return (below.top - above.bottom) / max(above.height, below.height)


def _is_below(above: Line, below: Line) -> bool:
    """Whether the second line is below the first, in the same column and size."""
    return (
        above.upright
        and below.upright
        and below.top - above.top > 0.4 * above.height
        and above.rtl == below.rtl
        and min(above.right, below.right) > max(above.left, below.left)
        and abs(above.height - below.height) <= _SAME_SIZE * max(above.height, below.height)
    )


def _stacks(lines: Sequence[Line], max_leading: float) -> list[list[Line]]:
    """Runs of lines below each other without a gap."""
    stacks: list[list[Line]] = []
    for line in lines:
        last = stacks[-1][-1] if stacks else None
        if last is not None and _is_below(last, line) and _space(last, line) <= max_leading:
            stacks[-1].append(line)
        else:
            stacks.append([line])
    return stacks


class _Extents(NamedTuple):
    """Where the lines of a page start and end along themselves, and how far the starts of a column may differ."""

    starts: Floats
    ends: Floats
    tolerances: Floats

    @classmethod
    def of(cls, lines: Sequence[Line]) -> _Extents:
        rows = [(line.start, line.end, _INDENT * line.height) for line in lines]
        return cls(*np.array(rows, dtype=np.float64).reshape(-1, 3).T)


def _edge(stack: Sequence[Line], extents: _Extents) -> float:
    """Where full lines end: where the longest of the stack does, for short stacks that of lines that start there too.

    Lines of the other direction have the other sign.
    """
    own = max(line.end for line in stack)
    start = min(line.start for line in stack)
    full = sum(line.end > own - _RAGGED * line.height for line in stack)
    if len(stack) > 3 and full >= max(2, _MIN_FULL * len(stack)):
        return own
    others = np.sort(extents.ends[np.abs(extents.starts - start) < extents.tolerances])
    return max(own, float(others[len(others) * 3 // 4])) if len(others) > 2 else own


def _joins(stack: Sequence[Line], index: int, paragraph: Paragraph) -> bool:
    """Whether line `index` of a stack belongs to the paragraph of the line before it."""
    before, line = stack[index - 1], stack[index]
    if before.has_cells or line.has_cells:
        return False
    if is_broken(before.text, line.text):
        return True
    if not paragraph.is_full_before(line) and not _is_mid_sentence(before, line, paragraph):
        return False  # the next word would have fitted, so the line break is meant
    if line.label_length and ends_sentence(before):
        return False
    return not _begins_paragraph(stack, index, paragraph)


def _is_mid_sentence(before: Line, line: Line, paragraph: Paragraph) -> bool:
    """Whether the words show that a sentence continues, although its line ends a little early."""
    column = paragraph.edge - min(before.start, line.start)
    return line.text[0].islower() and not ends_sentence(before) and paragraph.edge - before.end < _EARLY * column


def _begins_paragraph(stack: Sequence[Line], index: int, paragraph: Paragraph) -> bool:
    """Whether an indent, or the end of a hanging indent, begins a new paragraph."""
    before, line = stack[index - 1], stack[index]
    indent = (line.start - before.start) / line.height
    following = stack[index + 1] if index + 1 < len(stack) else None
    if indent > _INDENT:
        if before.label_length and abs(line.start - before.start_after_label()) < _INDENT * line.height:
            return False  # under the words of a list item
        hanging = following is not None and abs(following.start - line.start) < _INDENT * line.height
        return ends_sentence(before) and not hanging
    if indent < -_INDENT:
        return len(paragraph.lines) > 1 and ends_sentence(before)
    return False
