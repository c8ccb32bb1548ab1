"""How paragraphs look: their size, weight and place, and what most of the document looks like."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rag_core.documents.reflow.lines import Line
from rag_core.documents.reflow.paragraphs import Paragraph
from rag_core.documents.reflow.styles import Style, Styles

_MIN_BODY_LINE = 30  # characters: shorter lines are those of tables and headings
_SPACE = re.compile(" (?=.)")
_SAME_EDGE = 2.5  # points
_SAME_CENTRE = 0.03  # of the column's width


@dataclass(frozen=True)
class Look:
    """The look of a paragraph, all of whose lines have it; `text` has a space between its lines."""

    text: str
    size: float
    bold: bool
    italic: bool
    font: str

    @property
    def caps(self) -> bool:
        """Whether its letters are capitals."""
        letters = [char for char in self.text if char.isalpha()]
        return len(letters) > 3 and sum(char.isupper() for char in letters) >= 0.9 * len(letters)


@dataclass(frozen=True)
class Body:
    """What most of a document looks like; `columns` are the left and right edges of the body's lines,
    by page, first those of all lines together."""

    size: float
    bold: bool
    font: str
    columns: Mapping[int, Sequence[tuple[float, float]]]

    def is_aligned(self, line: Line) -> bool:
        """Whether a line starts where lines of the body do, or stands in the middle of the page or of a column.

        Or it begins before all of them, as in manuals whose text is indented; a note in the margin ends before them.
        """
        columns = self.columns.get(line.page, ())
        if not columns or line.left < columns[0][0] < line.right:
            return True
        for left, right in columns:
            centred = abs(line.left + line.right - left - right) / 2 <= _SAME_CENTRE * (right - left)
            if abs(line.left - left) <= max(_SAME_EDGE, 0.4 * line.height) or (centred and line.left >= left):
                return True
        return False


class LookFinder:
    """Looks up how the lines of a document are set."""

    def __init__(self, styles: Mapping[int, Styles]) -> None:
        """`styles` are those of each page; without any, the height of a line is its size."""
        self._styles = styles

    def look(self, paragraph: Paragraph) -> Look:
        """The look of a short paragraph; it is bold, or italic, if all of its known words are."""
        found = [style for line in paragraph.lines for style in self._of_line(line)]
        text = " ".join(line.text for line in paragraph.lines)
        if not found:
            return Look(text, round(paragraph.lines[0].height, 1), False, False, "")
        size = float(np.median([style.size for style in found])) if len(found) > 2 else found[0].size
        words = [style for style in found if style.size >= 0.75 * size]  # exponents and marks of footnotes are smaller
        bold, italic = (all(getattr(style, name) for style in words) for name in ("bold", "italic"))
        return Look(text, size, bold, italic, words[0].font)

    def body(self, paragraphs: Sequence[Paragraph]) -> Body:
        """What most characters of the document look like, and where the lines of that size stand."""
        counted: Counter[tuple[float, bool, str]] = Counter()
        lines = []
        for line in (line for paragraph in paragraphs for line in paragraph.lines if line.upright):
            style = self._first(line) or Style(round(line.height, 1))
            counted[style.size, style.bold, style.font] += len(line.text) * (len(line.text) >= _MIN_BODY_LINE)
            lines.append((style, line))
        size, bold, font = max(counted, key=lambda key: counted[key], default=(0.0, False, ""))
        return Body(size, bold, font, _columns([line for style, line in lines if abs(style.size - size) < 0.6]))

    def _first(self, line: Line) -> Style | None:
        left, top = line.boxes[0, :2].tolist()
        return self._styles.get(line.page, {}).get((left, top))

    def _of_line(self, line: Line) -> list[Style]:
        """The known styles of the words of a line."""
        known = self._styles.get(line.page, {})
        starts = [0, *(match.end() for match in _SPACE.finditer(line.text))]
        corners = map(tuple, line.boxes[starts[: len(line.text)], :2].tolist())
        return [known[corner] for corner in corners if corner in known]


def _columns(lines: Sequence[Line]) -> dict[int, list[tuple[float, float]]]:
    """The columns of each page: edges that at least three long lines of it share, and the edges of all together."""
    by_page: dict[int, list[Line]] = {}
    for line in lines:
        if len(line.text) >= _MIN_BODY_LINE and not line.has_cells:
            by_page.setdefault(line.page, []).append(line)
    return {page: _of_page(found) for page, found in by_page.items()}


def _of_page(lines: Sequence[Line]) -> list[tuple[float, float]]:
    lefts = Counter(round(line.left / _SAME_EDGE) for line in lines)
    edges = [(min(line.left for line in lines), max(line.right for line in lines))]
    for place, count in lefts.most_common(6):
        if count >= 3:
            same = [line for line in lines if round(line.left / _SAME_EDGE) == place]
            edges.append((float(np.median([line.left for line in same])), max(line.right for line in same)))
    return edges
