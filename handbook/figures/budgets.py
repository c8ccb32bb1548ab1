"""Figure 8: one ranking of child chunks, and what five budgets take from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from figures.canvas import LABELS as LEFT
from figures.canvas import WIDTH, Canvas
from figures.chapter import Chapter
from rag_core.parts.budget.base import tokens_of
from rag_core.stages.retrieval import Retrieval

_RANKING = (
    "chunk_references:chunker.chunk_tokens=256,reference.child_tokens=64+128,reference.overlap_tokens=0,"
    "search.kind=hybrid"
)
BUDGETS = {
    "hits": "hits=3",
    "distinct_parents": "hits=3",
    "tokens": "tokens=600",
    "score_share": "score_share=0.75",
    "all": "",
}
LABELS = {
    "hits": "hits: 3",
    "distinct_parents": "distinct parents: 3",
    "tokens": "tokens: 600",
    "score_share": "score share: 0.75",
    "all": "all",
}
_SHOWN = 24
_HEIGHT = 14.0


def measure(chapter: Chapter) -> dict[str, Any]:
    """The scores by rank, the parent of each entry, and for each budget the ranks of the entries that led to a hit."""
    retrieval = chapter.asked(_RANKING)
    entries = retrieval.built.entries
    scored = retrieval.ranking.scored[:_SHOWN]
    parents = sorted({entry.chunk for entry in entries})
    return {
        "parts": {"budget": list(BUDGETS)},
        "scores": [round(one.score, 3) for one in scored],
        "parents": [parents.index(entries[one.entry].chunk) for one in scored],
        "rows": {kind: _taken(chapter, kind, fields) for kind, fields in BUDGETS.items()},
    }


def _taken(chapter: Chapter, kind: str, fields: str) -> dict[str, Any]:
    settings = f",budget.{fields}" if fields else ""
    found = chapter.asked(f"{_RANKING},budget.kind={kind}{settings}")
    return {"ranks": _ranks(found), "hits": len(found.hits), "tokens": tokens_of(found.candidates, found.built)}


def _ranks(found: Retrieval) -> list[list[int]]:
    """For each hit, the ranks from 0 of the entries that led to it."""
    ranks = {one.entry: rank for rank, one in enumerate(found.ranking.scored)}
    return [sorted(ranks[one.entry] for one in candidate.via) for candidate in found.candidates]


def draw(data: Mapping[str, Any]) -> str:
    """The scores as bars, and below them a row for each budget with a mark for each entry that led to a hit."""
    canvas = Canvas()
    step = (WIDTH - LEFT - 34) / _SHOWN
    canvas.label(0, 3, "scores, best first")
    highest = max(data["scores"])
    for rank, score in enumerate(data["scores"]):
        height = _HEIGHT * score / highest
        canvas.bar(LEFT + step * rank, _HEIGHT - height, step - 0.5, height, "accent", 45)
    canvas.y = _HEIGHT + 1.5
    for kind, row in data["rows"].items():
        _draw_row(canvas, LABELS[kind], row, step)
    return canvas.markup()


def _draw_row(canvas: Canvas, label: str, row: Mapping[str, Any], step: float) -> None:
    canvas.label(0, canvas.y + 2, label)
    for ranks in row["ranks"]:
        for number, rank in enumerate(rank for rank in ranks if rank < _SHOWN):
            canvas.bar(LEFT + step * rank, canvas.y + 0.4, step - 0.5, 3.2, "accent", 40 if number else 100)
    noun = "hit" if row["hits"] == 1 else "hits"
    canvas.label(WIDTH - 32, canvas.y + 2, f"{row['hits']} {noun}, {row['tokens']:,} tokens", width=32, side="right")
    canvas.y += 5.2
