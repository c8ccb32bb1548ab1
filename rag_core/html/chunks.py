"""A document's text with the cuts of one or two chunkers in it, as HTML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from rag_core.geometry import Span
from rag_core.html.templating import render


@dataclass(frozen=True)
class Lane:
    """One chunker's cuts: ascending spans of the text, and the size of each, drawn in the colour of that column."""

    name: str
    column: int
    chunks: Sequence[Span]
    sizes: Sequence[int]


class Run(NamedTuple):
    """Text that lies in the same chunks from end to end; `cut` is the label of the chunk that begins with it."""

    text: str
    kind: str
    title: str
    cut: str


def chunks_html(text: str, lanes: Sequence[Lane], unit: str, span: Span | None = None) -> str:
    """`text[span]`, by default all of it, once per lane and side by side, so that cuts can be compared line by line.

    Neighbouring chunks have different tints, their overlap is hatched, and a mark at each start holds the chunk's
    number from 1 and its size; `unit` is what sizes are in. Labels are no text: what is copied is the document's.
    """
    part = span or Span(0, len(text))
    drawn = [(lane, list(_runs(text, lane, unit, part))) for lane in lanes]
    return render("chunks", lanes=drawn)


def _runs(text: str, lane: Lane, unit: str, part: Span) -> Iterator[Run]:
    chunks = [(i, c) for i, c in enumerate(lane.chunks) if c.start < part.end and c.end > part.start]
    inside = {edge for _, chunk in chunks for edge in chunk if part.start < edge < part.end}
    waiting, current = iter([*chunks, (-1, Span(part.end, part.end))]), list[tuple[int, Span]]()
    coming = next(waiting)
    for start, end in pairwise(sorted({*part, *inside})):
        current = [(i, chunk) for i, chunk in current if chunk.end > start]
        while coming[1].start <= start:
            current.append(coming)
            coming = next(waiting)
        yield _run(text[start:end], lane, unit, [i for i, _ in current], [i for i, c in current if c.start == start])


def _run(text: str, lane: Lane, unit: str, chunks: Sequence[int], begun: Sequence[int]) -> Run:
    kind = "gap" if not chunks else "overlap" if len(chunks) > 1 else "odd" if chunks[0] % 2 else "even"
    described = [f"chunk {i + 1:,} of {len(lane.chunks):,}: {lane.sizes[i]:,} {unit}" for i in chunks]
    title = "; ".join(described)
    return Run(text, kind, f"overlap of {title}" if len(chunks) > 1 else title, _cut(lane, begun))


def _cut(lane: Lane, begun: Sequence[int]) -> str:
    return ", ".join(f"{i + 1:,} · {lane.sizes[i]:,}" for i in begun)
