"""The cuts of one or two chunkers on the picture of a page, as SVG over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from rag_core.documents.document import Document, Page
from rag_core.geometry import Box, Span
from rag_core.html.chunks import Lane, chunk_key, chunk_title
from rag_core.html.cut_shapes import Side, band, bracket, rails, strike
from rag_core.html.templating import render
from rag_core.text.spans import intersection

Boxes = Callable[[Span], Sequence[Box]]

_SIDES: tuple[Side, Side] = ("before", "after")


class _Chunk(NamedTuple):
    """A chunk on the page: `areas` are its lines, of which the chunker has a part of the height where there are two."""

    key: str
    title: str
    kind: str
    areas: list[Box]
    overlaps: list[Box]
    rails: list[Box]
    marks: list[str]
    strikes: list[tuple[float, float, float, float]]


def page_cuts_html(
    document: Document, page: Page, sheet: Page, lanes: Sequence[Lane], boxes: Boxes, here: int | None = None
) -> str:
    """Each chunk on the page with its lines tinted, a rail beside them and a bracket where it begins and ends.

    Text of two chunks is hatched; what is beyond the model's limit is struck through. A chunk's size is its title, and
    its key that of its text, see `chunks_html`. `sheet` is the page with the size that its picture has, `boxes` gives
    the boxes of a span on it, and `here` is the character at a place that is pointed out.
    """
    drawn = [(lane, list(_chunks(document, page, lanes, i, boxes))) for i, lane in enumerate(lanes)]
    is_here = here is not None and page.start <= here < page.end
    place = boxes(Span(here, here + 1)) if here is not None and is_here else []
    return render("page_cuts", lanes=drawn, width=sheet.width, height=sheet.height, place=place)


def _chunks(document: Document, page: Page, lanes: Sequence[Lane], at: int, boxes: Boxes) -> Iterator[_Chunk]:
    lane, part = lanes[at], Span(page.start, page.end)
    around = boxes(part)
    on_page = [i for i, chunk in enumerate(lane.chunks) if chunk.start < page.end and chunk.end > page.start]
    for i in on_page:
        [inside] = intersection([lane.chunks[i]], [part])
        lines = boxes(inside)
        if not lines:
            continue
        cut = lane.truncated[i]
        yield _Chunk(
            key=chunk_key(at, i),
            title=chunk_title(lane, i),
            kind="odd" if i % 2 else "even",
            areas=[band(line, at, len(lanes)) for line in lines],
            overlaps=[
                band(line, at, len(lanes))
                for own in intersection(_overlap(lane.chunks, i), [part])
                for line in boxes(own)
            ],
            rails=rails(lines, _SIDES[at], i % 2, around),
            marks=_marks(document.text, lane.chunks[i], inside, lines, boxes),
            strikes=[strike(band(line, at, len(lanes)))
                     for own in (intersection([cut], [part]) if cut else []) for line in boxes(own)],
        )  # fmt: skip


def _overlap(chunks: Sequence[Span], i: int) -> list[Span]:
    """What a chunk has in common with the one before it."""
    before = chunks[i - 1] if i else Span(0, 0)
    return intersection([before], [chunks[i]])


def _marks(text: str, chunk: Span, inside: Span, lines: Sequence[Box], boxes: Boxes) -> list[str]:
    """Brackets where the chunk begins and ends, as far as that is on the page."""
    found = []
    inked = [i for i in (_first_inked(text, inside), _last_inked(text, inside)) if i is not None]
    ends = zip(inked, (chunk.start >= inside.start, chunk.end <= inside.end), (lines[0], lines[-1]), strict=False)
    for (position, is_here, line), opens in zip(ends, (True, False), strict=False):
        character = boxes(Span(position, position + 1))
        if is_here and character:
            found.append(bracket(line, character[0], opens=opens))
    return found


def _first_inked(text: str, span: Span) -> int | None:
    return next((i for i in range(span.start, span.end) if not text[i].isspace()), None)


def _last_inked(text: str, span: Span) -> int | None:
    return next((i for i in range(span.end - 1, span.start - 1, -1) if not text[i].isspace()), None)
