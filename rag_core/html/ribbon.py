"""The documents from first to last page, one lane per strategy with its hits in it, and each column's figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.html.column_figures import FIGURES
from rag_core.html.ribbon_axis import Axis
from rag_core.html.templating import render
from rag_core.pipeline.results import Column
from rag_core.stages.results import Hit
from rag_core.stages.stage_scores import score_text
from rag_core.text.numbers import page_range

_MAX_MARKS = 60  # more are drawn as one where they follow each other, as the parts of a whole document do


class _Mark(NamedTuple):
    """A hit in its lane; `left` and `width` are percent of the ribbon."""

    rank: int
    left: float
    width: float
    title: str


class _Lane(NamedTuple):
    """A column's row; `found` says in words what the marks show."""

    name: str
    found: str
    marks: list[_Mark]
    numbers: list[str]


def ribbon_html(columns: Sequence[Column | None], documents: Sequence[Document], names: Sequence[str]) -> str:
    """`names` are the columns' names as the page shows them; the lane of a column that is not ready (None) is empty.

    `documents` are all texts that the columns searched; those of one file share its part of the ribbon, where the
    first one's characters lie.
    """
    axis = Axis(documents)
    lanes = [_lane(column, name, axis) for column, name in zip(columns, names, strict=True)]
    return render("ribbon", ticks=axis.ticks(), figures=FIGURES, lanes=lanes)


def _lane(column: Column | None, name: str, axis: Axis) -> _Lane:
    if column is None:
        return _Lane(name, "", [], ["·"] * len(FIGURES))
    numbers = [figure.text(column) for figure in FIGURES]
    if len(column.hits) > _MAX_MARKS:
        runs = _runs(column.hits)
        found = ", ".join(f"ranks {run[0].rank} to {run[-1].rank}" for run in runs[:_MAX_MARKS])
        return _Lane(name, found, [mark for run in reversed(runs) for mark in _run_marks(run, axis)], numbers)
    found = ", ".join(f"rank {hit.rank} on page {page_range(hit.pages)}" for hit in column.hits)
    # The best are drawn last, over the others.
    marks = [mark for hit in reversed(column.hits) for mark in _marks(hit, axis)]
    return _Lane(name, found, marks, numbers)


def _runs(hits: Sequence[Hit]) -> list[list[Hit]]:
    """The hits in groups that follow each other in their document as in their ranks."""
    runs: list[list[Hit]] = []
    for hit in hits:
        if runs and runs[-1][-1].document == hit.document and runs[-1][-1].end <= hit.start:
            runs[-1].append(hit)
        else:
            runs.append([hit])
    return runs


def _run_marks(run: Sequence[Hit], axis: Axis) -> list[_Mark]:
    pages = page_range(sorted({page for hit in run for page in hit.pages}))
    title = f"ranks {run[0].rank} to {run[-1].rank} · pages {pages}"
    places = axis.places(run[0].document, Span(run[0].start, run[-1].end))
    return [_Mark(run[0].rank, left, width, title) for left, width in places]


def _marks(hit: Hit, axis: Axis) -> list[_Mark]:
    title = f"rank {hit.rank} · {_score(hit)} · page {page_range(hit.pages)}"
    places = axis.places(hit.document, Span(hit.start, hit.end))
    return [_Mark(hit.rank, left, width, title) for left, width in places]


def _score(hit: Hit) -> str:
    return score_text(hit.score) if hit.score is None else f"score {score_text(hit.score)}"
