"""A page as its picture, with everything that is marked on it as SVG over the picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rag_core.documents.document import Page
from rag_core.geometry import Box
from rag_core.html.templating import render

MarkKind = Literal["hit", "match", "citation", "unseen", "cut", "difference"]


@dataclass(frozen=True)
class PageMark:
    """Boxes on one page that are marked alike, in the colour and pattern of a column.

    `hit` is tinted, `match`, what of a hit matched, is darker, `citation` is outlined, `unseen` is text without ink,
    `cut` is where a chunk ends, `difference` is where parsers differ. `key` says what the mark stands for, in the
    attribute `data-key`; `title` is shown while the pointer is over it.
    """

    boxes: Sequence[Box]
    column: int
    kind: MarkKind
    key: str
    title: str

    @property
    def path(self) -> str:
        """The boxes as one SVG path, so that what lies in several of them is not darker."""
        return "".join(
            f"M{left:.1f} {top:.1f}H{right:.1f}V{bottom:.1f}H{left:.1f}Z" for left, top, right, bottom in self.boxes
        )


def page_html(page: Page, picture: str, marks: Sequence[PageMark], *, name: str) -> str:
    """The page (see Document.pages; plain text has none to show), `picture` being the address of its picture.

    `name`, letters and digits, must be used once on a screen. Marks are drawn in their order, the last on top.
    """
    return render("page_view", page=page, picture=picture, overlay=overlay_svg(page, marks, name=name))


def overlay_svg(page: Page, marks: Sequence[PageMark], *, name: str) -> str:
    """The marks alone, to lie over a picture of the page."""
    columns = sorted({mark.column for mark in marks})
    return render("page_overlay", page=page, marks=[m for m in marks if m.boxes], columns=columns, name=name)
