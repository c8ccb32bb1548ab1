"""Scores over the chapter: for each way of searching, a bar for every chunk, as high as its score."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from figures.axis import over_the_chapter
from figures.canvas import WIDTH, Canvas, Strip
from figures.chapter import Chapter
from rag_core.stages.retrieval import Retrieval

CHUNKS = "chunker.chunk_tokens=128,chunker.overlap_tokens=0"
_HEIGHT = 9.0
_HITS = 3


def profile(chapter: Chapter, retrieval: Retrieval) -> dict[str, Any]:
    """The score of every entry, the three that come first, and the rank of the first that holds all of the answer.

    A search that gives no scores ranks nothing.
    """
    entries = retrieval.built.entries
    ranked = [(entries[one.entry].chunk, one.score) for one in retrieval.ranking.scored]
    scores = sorted([*chunk, None if math.isnan(score) else round(score, 3)] for chunk, score in ranked)
    if any(math.isnan(score) for _, score in ranked):
        return {"scores": scores, "first": [], "rank": None}
    ranks = [rank for rank, (chunk, _) in enumerate(ranked, 1) if chapter.has_answer(chunk)]
    return {"scores": scores, "first": [list(chunk) for chunk, _ in ranked[:_HITS]], "rank": min(ranks, default=None)}


def draw_profiles(places: Mapping[str, Any], rows: Mapping[str, Mapping[str, Any]]) -> str:
    """A row for each profile; the three chunks that come first are dark."""
    canvas = Canvas()
    with over_the_chapter(canvas, places) as strip:
        for label, row in rows.items():
            canvas.label(0, canvas.y + 2.6, label)
            if row["rank"]:
                canvas.label(0, canvas.y + 6.6, f"answer on rank {row['rank']}", tone="muted")
            _draw_row(canvas, strip, row)
    return canvas.markup()


def _draw_row(canvas: Canvas, strip: Strip, row: Mapping[str, Any]) -> None:
    known = [score for *_, score in row["scores"] if score is not None]
    low, high = min([0.0, *known]), max(known, default=1.0) or 1.0
    bottom = canvas.y + _HEIGHT
    for start, end, score in row["scores"]:
        height = _HEIGHT * ((high if score is None else score) - low) / (high - low)
        is_first = score is not None and [start, end] in row["first"]
        strip.bar(canvas, (start, end), bottom - height, height, "accent", 90 if is_first else 35)
    canvas.line((strip.x(0), bottom), (WIDTH, bottom), "muted", 0.4)
    canvas.y = bottom + 2.6
