"""Text without ink: in the text layer, and not to be seen on the page."""

from __future__ import annotations

import re

from rag_core.documents.document import LeftOut
from rag_core.geometry import Span
from rag_core.pipeline.report.base import Place, Read, register

_IN_WORDS = {
    "outside": "outside the visible area", "layer": "in a layer that is off", "covered": "covered",
    "colour": "in the colour of what lies behind", "tiny": "too small to be read", "no_ink": "painted without ink",
    "clipped": "cut away", "unseen": "not to be seen",
}  # fmt: skip


@register(
    "unseen_text",
    "text without ink",
    "Words that are in the text layer and cannot be seen on the page: white, tiny, covered, outside its visible area, "
    "or in a layer that is off. Each says whether this parser has it in its text.",
)
def unseen_text(read: Read) -> list[Place]:
    """The words, with why they cannot be seen, and whether they are in the text."""
    if read.boxed is None:
        return []
    return [_place(read, left_out) for left_out in read.boxed.left_out if left_out.is_unseen]


def _place(read: Read, left_out: LeftOut) -> Place:
    span = None if read.boxed is read.document else _found(read, left_out)
    where = "left out of the text" if span is None else "in the text"
    reason = _IN_WORDS.get(left_out.reason, left_out.reason)
    return Place(left_out.page, span, f"{left_out.text} ({reason}; {where})", left_out.boxes)


def _found(read: Read, left_out: LeftOut) -> Span | None:
    """Where the words stand in the text of their page, whatever the white space between them."""
    page = next((page for page in read.document.pages if page.number == left_out.page), None)
    words = left_out.text.split()
    if page is None or not words:
        return None
    match = re.compile(r"\s*".join(map(re.escape, words))).search(read.document.text, page.start, page.end)
    return Span(*match.span()) if match else None
