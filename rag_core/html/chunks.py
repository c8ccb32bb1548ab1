"""A document's text with the cuts of one or two chunkers in it, as HTML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from rag_core.geometry import Span
from rag_core.html.templating import render
from rag_core.text.numbers import counted


@dataclass(frozen=True)
class Lane:
    """One chunker's cuts: ascending spans of the text, and the size of each, drawn in the colour of that column.

    `truncated` has for each chunk the part that is beyond the embedding model's limit, or None; with `reads_beyond`,
    the model reads that part all the same, in overlapping windows.
    """

    name: str
    column: int
    chunks: Sequence[Span]
    sizes: Sequence[int]
    truncated: Sequence[Span | None]
    unit: str = "tokens"
    reads_beyond: bool = False


class Run(NamedTuple):
    """Text that lies in the same chunks from end to end.

    `cut` is the label of the chunk that begins with it, `keys` are those of its chunks, and `is_first` is whether it is
    the first run of one of them here. The place that was stepped to is `is_here`.
    """

    text: str
    kind: str
    title: str
    cut: str
    keys: str
    is_first: bool
    is_truncated: bool
    is_here: bool


def chunk_key(lane: int, chunk: int) -> str:
    """The key of a chunk of a lane, both from 0: what has it on the page and in the text belongs together."""
    return f"{lane}-{chunk}"


def chunk_title(lane: Lane, chunk: int) -> str:
    """The chunk's number from 1, its size in both units, and how much of it is beyond the model's limit."""
    start, end = lane.chunks[chunk]
    size = f"{counted(lane.sizes[chunk], lane.unit.removesuffix('s'))}, {counted(end - start, 'character')}"
    cut = lane.truncated[chunk]
    beyond = f", of which {counted(cut.end - cut.start, 'character')} beyond the model's limit" if cut else ""
    beyond += ", read in overlapping windows" if cut and lane.reads_beyond else ""
    return f"chunk {chunk + 1:,} of {len(lane.chunks):,}: {size}{beyond}"


def chunks_html(text: str, lanes: Sequence[Lane], span: Span | None = None, here: int | None = None) -> str:
    """`text[span]`, by default all of it, once per lane and side by side, so that cuts can be compared line by line.

    Neighbouring chunks have different tints, their overlap is hatched, what is beyond the model's limit is struck
    through, and a mark at each start holds the chunk's number from 1 and its size. `here` is the place that is pointed
    out. Labels are no text: what is copied is the document's.
    """
    part = span or Span(0, len(text))
    drawn = [(lane, list(_runs(text, lanes, i, part, here))) for i, lane in enumerate(lanes)]
    return render("chunks", lanes=drawn)


def _runs(text: str, lanes: Sequence[Lane], at: int, part: Span, here: int | None) -> Iterator[Run]:
    lane = lanes[at]
    chunks = [(i, c) for i, c in enumerate(lane.chunks) if c.start < part.end and c.end > part.start]
    beyond = [cut.start for i, _ in chunks if (cut := lane.truncated[i])]
    edges = {*(edge for _, chunk in chunks for edge in chunk), *beyond, *([] if here is None else [here])}
    inside = {edge for edge in edges if part.start < edge < part.end}
    waiting, current = iter([*chunks, (-1, Span(part.end, part.end))]), list[int]()
    coming = next(waiting)
    for start, end in pairwise(sorted({*part, *inside})):
        current = [i for i in current if lane.chunks[i].end > start]
        shown = len(current)
        while coming[1].start <= start:
            current.append(coming[0])
            coming = next(waiting)
        yield _run(text, lane, at, Span(start, end), current, current[shown:], here)


def _run(
    text: str, lane: Lane, at: int, span: Span, chunks: Sequence[int], shown: Sequence[int], here: int | None
) -> Run:
    title = "; ".join(chunk_title(lane, i) for i in chunks)
    cuts = [lane.truncated[i] for i in chunks]
    return Run(
        text[span.start : span.end],
        "gap" if not chunks else "overlap" if len(chunks) > 1 else "odd" if chunks[0] % 2 else "even",
        f"overlap of {title}" if len(chunks) > 1 else title,
        ", ".join(f"{i + 1:,} · {lane.sizes[i]:,}" for i in shown if lane.chunks[i].start == span.start),
        " ".join(chunk_key(at, i) for i in chunks),
        bool(shown),
        bool(cuts) and all(cut is not None and cut.start <= span.start for cut in cuts),
        here == span.start,
    )
