"""What is marked on a page, as SVG to lie over its picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from rag_core.documents.document import Page
from rag_core.geometry import Box
from rag_core.html.templating import render

MarkKind = Literal["hit", "match", "citation", "piece", "term", "unseen", "difference"]
_LABEL_STEP, _LABEL_HEIGHT, _LABEL_ROOM = 24.0, 11.0, 22.0  # points


@dataclass(frozen=True)
class PageMark:
    """Boxes on one page that are marked alike, in the colour and pattern of a column.

    `hit` is tinted, `match`, what of a hit matched, is darker, `citation` is outlined; `piece` and `term` say why a hit
    has its scores, `piece` in its `strength` from 0 to 1; `unseen` is text without ink,
    `difference` is where parsers differ. `key` says what the mark stands for, in the attribute `data-key`; `title` is
    shown while the pointer is over it; `label`, of a few letters, stands beside the first box.
    """

    boxes: Sequence[Box]
    column: int
    kind: MarkKind
    key: str
    title: str
    label: str = ""
    strength: float = 1.0

    @property
    def path(self) -> str:
        """The boxes as one SVG path, so that what lies in several of them is not darker."""
        return "".join(
            f"M{left:.1f} {top:.1f}H{right:.1f}V{bottom:.1f}H{left:.1f}Z" for left, top, right, bottom in self.boxes
        )


class _Label(NamedTuple):
    """A mark's label, which ends at `x` and stands on the line at `y`."""

    mark: PageMark
    x: float
    y: float


def overlay_svg(page: Page, marks: Sequence[PageMark], *, name: str) -> str:
    """The marks, to lie over a picture of the page (see Document.pages; plain text has none to show).

    `name`, letters and digits, must be used once on a screen. Marks are drawn in their order, the last on top.
    """
    drawn = [mark for mark in marks if mark.boxes]
    columns = sorted({mark.column for mark in drawn})
    return render("page_overlay", page=page, marks=drawn, labels=list(_labels(drawn)), columns=columns, name=name)


def _labels(marks: Sequence[PageMark]) -> Iterator[_Label]:
    """The labels to the left of their marks, side by side where they would lie on each other."""
    taken: list[tuple[float, float]] = []
    for mark in marks:
        if not mark.label:
            continue
        box = mark.boxes[0]
        x, y = max(box.left - 3, _LABEL_ROOM), min(box.top + _LABEL_HEIGHT, box.bottom)
        while any(abs(x - at) < _LABEL_STEP and abs(y - on) < _LABEL_HEIGHT for at, on in taken):
            x, y = (x - _LABEL_STEP, y) if x - _LABEL_STEP >= _LABEL_ROOM else (x, y + _LABEL_HEIGHT)
        taken.append((x, y))
        yield _Label(mark, x, y)
