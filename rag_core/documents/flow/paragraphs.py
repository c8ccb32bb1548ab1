"""Which lines of a page flow on from the line before: paragraphs, headings, list items and table rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from rag_core.documents.flow.hyphens import is_broken
from rag_core.documents.flow.lines import Line

_SAME_SIZE = 0.12  # of the height: lines of one paragraph differ less
_LEADING = 0.5  # of the height: more white between two lines is a visible gap, unless the page is set that wide
_INDENT = 0.6  # of the height
_SLACK = 0.3  # of the height: how far from the edge a full line may end
_RAGGED = 3.0  # of the height: lines of a paragraph that is not justified end so far from the edge
_FULL = 0.5  # of the lines of a paragraph, at least, reach its edge
_EARLY = 0.25  # of the column
_WORD_SPACE = 0.25  # of the height
_SENTENCE_END = re.compile(r"[.!?:;\u3002\uff01\uff1f]['\"\u201d\u2019)\]]*\Z")


@dataclass(eq=False)
class Paragraph:
    """Lines that flow into each other; `gap` says whether white space sets it apart from the one before."""

    lines: list[Line] = field(default_factory=list)
    gap: bool = True
    right: float = 0.0  # the edge of the column, in points

    @property
    def page(self) -> int:
        """The number of the page it stands on."""
        return self.lines[0].page

    def is_full_before(self, line: Line) -> bool:
        """Whether the first word of `line` would not have found room at the end of this paragraph."""
        last = self.lines[-1]
        room = self.right - last.right - _SLACK * line.height
        return room < line.first_word_width() + _WORD_SPACE * line.height


def ends_sentence(line: Line) -> bool:
    """Whether the line ends with a full stop or the like."""
    return bool(_SENTENCE_END.search(line.text))


def paragraphs_of(lines: Sequence[Line]) -> list[Paragraph]:
    """Group the lines of one page, in the order given."""
    leading = _usual_leading(lines)
    paragraphs: list[Paragraph] = []
    for stack in _stacks(lines, leading):
        edge = _right_edge(stack, lines)
        for index, line in enumerate(stack):
            if index and _flows(stack, index, paragraphs[-1]):
                paragraphs[-1].lines.append(line)
            else:
                paragraphs.append(Paragraph([line], gap=index == 0, right=edge))
    return paragraphs


def _usual_leading(lines: Sequence[Line]) -> float:
    """The white between lines, in line heights, that does not count as a gap on this page."""
    whites = sorted(_white(a, b) for a, b in pairwise(lines) if _beneath(a, b))
    usual = whites[len(whites) // 4] if whites else 0.0  # a low one: gaps between paragraphs are the larger ones
    return max(_LEADING, usual * 1.3 + 0.1) if usual < 3 else _LEADING


def _white(above: Line, below: Line) -> float:
    return (below.top - above.bottom) / max(above.height, below.height)


def _beneath(above: Line, below: Line) -> bool:
    """Whether the second line stands under the first, in the same column and size."""
    return (
        above.upright
        and below.upright
        and below.top - above.top > 0.4 * above.height
        and min(above.right, below.right) > max(above.left, below.left)
        and abs(above.height - below.height) <= _SAME_SIZE * max(above.height, below.height)
    )


def _stacks(lines: Sequence[Line], leading: float) -> list[list[Line]]:
    """Runs of lines that stand under each other without a visible gap."""
    stacks: list[list[Line]] = []
    for line in lines:
        last = stacks[-1][-1] if stacks else None
        if last is not None and _beneath(last, line) and _white(last, line) <= leading:
            stacks[-1].append(line)
        else:
            stacks.append([line])
    return stacks


def _right_edge(stack: Sequence[Line], lines: Sequence[Line]) -> float:
    """Where full lines end: the stack's own edge, or for short ones that of lines with the same left edge."""
    own = max(line.right for line in stack)
    left = min(line.left for line in stack)
    full = sum(line.right > own - _RAGGED * line.height for line in stack)
    if len(stack) > 3 and full >= max(2, _FULL * len(stack)):
        return own
    others = sorted(line.right for line in lines if abs(line.left - left) < _INDENT * line.height)
    return max(own, others[len(others) * 3 // 4]) if len(others) > 2 else own


def _flows(stack: Sequence[Line], index: int, paragraph: Paragraph) -> bool:
    """Whether line `index` of a stack goes on with the sentence of the line before it."""
    before, line = stack[index - 1], stack[index]
    if before.has_cells or line.has_cells:
        return False
    if is_broken(before.text, line.text):
        return True
    if not paragraph.is_full_before(line) and not _is_mid_sentence(before, line, paragraph):
        return False  # the next word had room: somebody ended the line on purpose
    if line.label_length and ends_sentence(before):
        return False
    return not _begins_paragraph(stack, index, paragraph)


def _is_mid_sentence(before: Line, line: Line, paragraph: Paragraph) -> bool:
    """Whether the letters show that a sentence goes on, although its line ends a little early."""
    column = paragraph.right - min(before.left, line.left)
    return line.text[0].islower() and not ends_sentence(before) and paragraph.right - before.right < _EARLY * column


def _begins_paragraph(stack: Sequence[Line], index: int, paragraph: Paragraph) -> bool:
    """Whether an indent, or the end of a hanging one, tells that a new paragraph begins here."""
    before, line = stack[index - 1], stack[index]
    indent = (line.left - before.left) / line.height
    following = stack[index + 1] if index + 1 < len(stack) else None
    if indent > _INDENT:
        if before.label_length and abs(line.left - before.left_after_label()) < _INDENT * line.height:
            return False  # under the words of a list item
        hanging = following is not None and abs(following.left - line.left) < _INDENT * line.height
        return ends_sentence(before) and not hanging
    if indent < -_INDENT:
        return len(paragraph.lines) > 1 and ends_sentence(before)
    return False
