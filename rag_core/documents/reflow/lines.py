"""The characters of a page, grouped into lines."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from rag_core.documents.reflow.scripts import first_word_length, is_right_to_left
from rag_core.documents.reflow.styles import Styles
from rag_core.geometry import Box, Span

Floats = NDArray[np.float32]
Corners = frozenset[tuple[float, float]]

_MIN_HEIGHT = 0.1  # points: heights are divisors
_EXPONENT_GAP = 0.15  # of the line's height: pieces closer than this are one word
_WORD_GAP = 1.0  # of the line's height: pieces closer than this are one line
_SPACE = 0.12  # of the line's height: narrower gaps are no spaces between words
_CELL_GAP = 1.15  # of the line's height: a gap wider than any space between two words of a sentence
# Spaces of a justified line are wider, and widest where they are about equal:
_JUSTIFIED_UNEVEN = 1.75  # of the line's height
_JUSTIFIED_EVEN = 3.0  # of the line's height
_EVEN = 2.4  # times the median space; a space after a full stop is wider
_MAX_TO_MIN = 4.0  # times the narrowest space
_MARK = 0.85  # of the line's height: smaller pieces at its start are marks
_LINE_END = re.compile(r"\n|(?<=\x02)(?!\n)")  # pdfium gives no line end after its mark for a hyphen
_WIDE_SPACE = re.compile(r"\s\s")
_BULLETS = "\u2022\u25aa\u25e6\u2023\u2219\u25cf\u25cb\u25a0\u00b7\u2217*\u2020\u2021\u00a7\u2013\u2014-"
_LABEL = re.compile(rf"(?:[{_BULLETS}]|\(?\w{{1,3}}[.)]|[\dA-Z]{{1,2}}(?:\.\d{{1,2}})*\.?|\[\w{{1,8}}\])\Z")


@dataclass(frozen=True, eq=False)
class PageChars:
    """The characters that a parser found on one page, in its order.

    `text` has "\\n" where the parser saw a line end. `boxes` is float32 of shape (len(text), 4): left, top, right,
    bottom in points of the page as displayed; NaN for characters that the parser inserted. `raised` has the left top
    corners of raised digits, and of signs like them. `turn` is by how many degrees clockwise the displayed page was
    turned so that its text is upright: sizes and boxes are those of the turned page.
    """

    number: int
    width: float
    height: float
    text: str
    boxes: Floats
    styles: Styles = field(default_factory=dict)
    raised: Corners = frozenset()
    turn: int = 0


@dataclass(eq=False)
class Line:
    """A line of visible characters, white space inside it reduced to single characters; sizes in points.

    `rtl` says that its sentence runs from right to left. `start` and `end` are where the line starts and ends on the
    axis along which it runs: it points to the left for such lines. A whole table may stand among the lines of a page as
    one line, whose `head` is the span of its column heads in its text.
    """

    page: int
    text: str
    boxes: Floats
    rtl: bool = False
    head: Span | None = None
    is_table: ClassVar[bool] = False

    def __post_init__(self) -> None:
        inked = self.boxes[~np.isnan(self.boxes[:, 0])]
        low: list[float] = inked.min(axis=0).tolist()
        high: list[float] = inked.max(axis=0).tolist()
        self.left, self.top, self.right, self.bottom = low[0], low[1], high[2], high[3]
        across, along = np.abs(inked[1:, :2] - inked[:-1, :2]).sum(axis=0) if len(inked) > 1 else (1.0, 0.0)
        self.upright = bool(across >= along)
        sides = (inked[:, 3] - inked[:, 1]) if self.upright else (inked[:, 2] - inked[:, 0])
        self.height = max(_median(sides), _MIN_HEIGHT)
        self.start, self.end = (-self.right, -self.left) if self.rtl else (self.left, self.right)

    def extent(self) -> tuple[Box, ...]:
        """The box of the line."""
        return (Box(self.left, self.top, self.right, self.bottom),)

    @cached_property
    def has_cells(self) -> bool:
        """Whether it looks like the row of a table, with wider gaps than a justified line has."""
        start = self.label_length
        inked = self.boxes[start:][~np.isnan(self.boxes[start:, 0])]
        if self.rtl:
            inked = inked[np.argsort(inked[:, 0])]
        steps = (inked[1:, 0] - inked[:-1, 2]) / self.height
        gaps = steps[steps > _SPACE]
        if not len(gaps) or gaps.max() <= _CELL_GAP:
            return False
        words = self.text.split()
        spelled = sum(any(char.isalpha() for char in word) for word in words) > len(words) / 2
        even = gaps.max() <= min(_EVEN * np.median(gaps), _MAX_TO_MIN * gaps.min(), _JUSTIFIED_EVEN)
        return not (spelled and len(gaps) > 2 and (even or gaps.max() <= _JUSTIFIED_UNEVEN))

    @cached_property
    def label_length(self) -> int:
        """The length of the bullet or number at the start of the line, with its space; 0 without one."""
        first, space, _ = self.text.partition(" ")
        return len(first) + 1 if space and _LABEL.match(first) else 0

    def start_after_label(self) -> float:
        """Where the words after the bullet or number start, as `start`."""
        return self._start_at(self.label_length)

    def _start_at(self, index: int) -> float:
        left, right = float(self.boxes[index, 0]), float(self.boxes[index, 2])
        if np.isnan(left):  # a character that stands nowhere
            return self.start
        return -right if self.rtl else left

    @cached_property
    def first_word_width(self) -> float:
        """The width of what no line break could separate from the start of the line, in points."""
        boxes = self.boxes[: first_word_length(self.text)]
        boxes = boxes[~np.isnan(boxes[:, 0])]
        if not len(boxes):
            return 0.0
        return self.right - float(boxes[:, 0].min()) if self.rtl else float(boxes[:, 2].max()) - self.left


def _median(values: Floats) -> float:
    """The same as numpy's, which takes ten times as long for the few letters of a line."""
    ordered, middle = np.sort(values), len(values) // 2
    return float(ordered[middle] if len(values) % 2 else (ordered[middle - 1] + ordered[middle]) / 2)


def lines_of(page: PageChars) -> list[Line]:
    """The lines of a page in the parser's order; pieces of one line, such as footnote marks, are joined."""
    lines: list[Line] = []
    for start, end in pieces_of(page):
        for first, last in _wrapped_ranges(page.boxes[start:end]):
            line = _line(page, start + first, start + last)
            if line is not None:
                _add(lines, line)
    return lines


def plain_lines_of(page: PageChars) -> list[Line]:
    """The lines of a page where the parser saw their ends, without a look at where they stand."""
    return [line for start, end in pieces_of(page) if (line := _line(page, start, end)) is not None]


def pieces_of(page: PageChars) -> list[tuple[int, int]]:
    """The ranges of the page's text between the line ends that the parser saw."""
    pieces = []
    start = 0
    for piece in _LINE_END.split(page.text):
        pieces.append((start, start + len(piece)))
        start += len(piece) + page.text.startswith("\n", start + len(piece))
    return pieces


def _wrapped_ranges(boxes: Floats) -> list[tuple[int, int]]:
    """The ranges of a piece that are one line each: the parser may have missed a jump to the next line."""
    index = np.flatnonzero(~np.isnan(boxes[:, 0]))
    if len(index) < 2:
        return [(0, len(boxes))]
    before, after = boxes[index[:-1]], boxes[index[1:]]
    height = before[:, 3] - before[:, 1]
    back = after[:, 0] < before[:, 0] - height
    far = after[:, 0] > before[:, 2] + height
    if not (back.any() or far.any()):
        return [(0, len(boxes))]
    moved = np.abs(after[:, 1] + after[:, 3] - before[:, 1] - before[:, 3]) / 2
    jumps = (back & (moved > 0.5 * height)) | (far & (moved > height) & (after[:, 1] > before[:, 3]))
    cuts = [0, *index[1:][jumps].tolist(), len(boxes)]
    return list(pairwise(cuts))


def _add(lines: list[Line], line: Line) -> None:
    """Append the line, or join it to the previous one where both are pieces of one line."""
    gap = _gap(lines[-1], line) if lines else None
    if gap is None:
        lines.append(line)
    else:
        mark = lines[-1].height < _MARK * line.height  # of a footnote, before its words
        lines[-1] = _merged(lines[-1], line, "" if gap < _EXPONENT_GAP and not mark else " ")


def _line(page: PageChars, start: int, end: int) -> Line | None:
    """The line without white space at its ends, and with runs of white space reduced to one character."""
    text, boxes = page.text[start:end], page.boxes[start:end]
    first, last = len(text) - len(text.lstrip()), len(text.rstrip())
    text, boxes = text[first:last], boxes[first:last]
    if _WIDE_SPACE.search(text):
        keep = [index for index, char in enumerate(text) if not (char.isspace() and text[index - 1].isspace())]
        text, boxes = "".join([text[index] for index in keep]), boxes[keep]
    if np.isnan(boxes[:, 0]).all():
        return None
    return Line(page.number, text, boxes)


def _gap(before: Line, after: Line) -> float | None:
    """The gap between two pieces of one line, in line heights; None where they are not on one line."""
    if not (before.upright and after.upright):
        return None
    overlap = min(before.bottom, after.bottom) - max(before.top, after.top)
    height = max(before.height, after.height)
    if overlap < 0.4 * min(before.height, after.height) or after.bottom - after.top > 2 * height:
        return None
    gap = (after.left - before.right) / height
    # A comma may overlap the footnote mark before it.
    if -0.6 <= gap <= _WORD_GAP and after.right > before.right:
        return gap
    gap = (before.left - after.right) / height  # right-to-left words that are stored as they are read
    return gap if -0.6 <= gap <= _WORD_GAP and after.left < before.left and _is_rtl(before.text, after.text) else None


def _is_rtl(*texts: str) -> bool:
    return any(is_right_to_left(char) for text in texts for char in text)


def _merged(before: Line, after: Line, space: str) -> Line:
    blank = np.full((len(space), 4), np.nan, dtype=np.float32)
    boxes = np.concatenate((before.boxes, blank, after.boxes))
    return Line(before.page, before.text + space + after.text, boxes)
