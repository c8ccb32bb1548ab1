"""Figure 7: the first chunks of a search, and where five rerankers put them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from figures.canvas import WIDTH, Canvas, Tone
from figures.chapter import Chapter
from figures.profiles import CHUNKS
from figures.recorded import text_key
from rag_core.parts.rerank.base import reranked
from rag_core.stages.retrieval import Retrieval

_SHOWN = 8
_STEP = 4.6  # millimetres from rank to rank
_TOP = 7.0
LABELS = {
    "none": "none",
    "mmr": "MMR",
    "cross_encoder": "cross-encoder",
    "late_interaction": "late interaction",
    "llm": "LLM",
}


def measure(chapter: Chapter) -> dict[str, Any]:
    """The order of the first chunks after each reranker, by their ranks before; and which of them hold the answer."""
    before = chapter.asked(f"baseline:{CHUNKS}")
    first = [one.entry for one in before.ranking.scored[:_SHOWN]]
    chunks = [before.built.entries[entry].chunk for entry in first]
    return {
        "parts": {"rerank": list(LABELS)},
        "rows": {kind: [first.index(entry) for entry in _after(chapter, kind, before)] for kind in LABELS},
        "answers": [rank for rank, chunk in enumerate(chunks) if chapter.has_answer(chunk)],
    }


def _after(chapter: Chapter, kind: str, before: Retrieval) -> list[int]:
    """The first entries in the order after a reranker; without a cross-encoder, its recorded scores are taken."""
    scores = chapter.recorded_scores if kind == "cross_encoder" and not chapter.cross_encoder else None
    if scores is not None:
        entries, document = before.built.entries, chapter.document
        texts = {one.entry: entries[one.entry].indexed_text(document) for one in before.ranking.scored[:_SHOWN]}
        found = {entry: scores[text_key(text)] for entry, text in texts.items()}
        return [one.entry for one in reranked(before.ranking, found, len(entries)).scored[:_SHOWN]]
    settings = {"none": "", "cross_encoder": f",rerank.entries={_SHOWN},rerank.model={chapter.cross_encoder}"}
    after = chapter.asked(f"baseline:{CHUNKS},rerank.kind={kind}" + settings.get(kind, f",rerank.entries={_SHOWN}"))
    if kind == "cross_encoder":
        for one in after.ranking.scored[:_SHOWN]:
            chapter.recorded_scores[text_key(after.built.entries[one.entry].indexed_text(chapter.document))] = one.score
    return [one.entry for one in after.ranking.scored[:_SHOWN]]


def draw(data: Mapping[str, Any]) -> str:
    """A panel for each reranker: lines from the ranks before, at the left, to the ranks after, at the right."""
    canvas = Canvas()
    width = WIDTH / len(LABELS)
    for number, (kind, order) in enumerate(data["rows"].items()):
        left = number * width
        canvas.label(left, 2.0, LABELS[kind], width=width, side="center")
        for after, before in enumerate(order):
            _draw_line(canvas, left + 4, left + width - 4, before, after, is_answer=before in data["answers"])
    canvas.y = _TOP + _STEP * (_SHOWN - 1) + 2.5
    return canvas.markup()


def _draw_line(canvas: Canvas, left: float, right: float, before: int, after: int, *, is_answer: bool) -> None:
    start, end = (left, _TOP + _STEP * before), (right, _TOP + _STEP * after)
    tone: Tone = "answer" if is_answer else "accent"
    canvas.line(start, end, tone, *((2.2, 100) if is_answer else (1.1, 55)))
    for x, y in (start, end):
        canvas.bar(x - 0.9, y - 0.9, 1.8, 1.8, tone)
