"""Marks the characters of a text that cannot be seen on their page, where a parser keeps them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rag_core.documents.blocks import Block
from rag_core.documents.parsed import Parsed
from rag_core.documents.reflow.lines import Floats
from rag_core.geometry import Span


def unseen_blocks(parsed: Parsed, unseen: Mapping[int, Floats]) -> Iterator[Block]:
    """A block for each run of characters with the boxes of unseen ones, which are given by the number of the page.

    White space within a run belongs to it.
    """
    if parsed.char_boxes is None:
        return
    for page in parsed.pages:
        boxes = {box.tobytes() for box in unseen.get(page.number, ()) if box[0] == box[0]}  # white space has NaN
        start = end = None
        for place in range(page.start, page.end) if boxes else ():
            if parsed.char_boxes[place].tobytes() in boxes:
                start, end = place if start is None else start, place + 1
            elif start is not None and end is not None and not parsed.text[place].isspace():
                yield Block(Span(start, end), "unseen")
                start = end = None
        if start is not None and end is not None:
            yield Block(Span(start, end), "unseen")
