"""Figure 9: the calls of a language model in which three modes answer from the same hits."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from typing import Any

from figures.canvas import LABELS as LEFT
from figures.canvas import WIDTH, Canvas
from figures.chapter import QUESTION, Chapter
from rag_core import preset
from rag_core.answers.context import excerpts_of
from rag_core.answers.draft import Draft
from rag_core.answers.prompts import NOT_FOUND
from rag_core.stages.results import Hit

_HITS = "baseline:chunker.chunk_tokens=200,chunker.overlap_tokens=0,budget.hits=5"
_WINDOW = 1000  # tokens, so that not all hits fit into one call
LABELS = {"compact": "compact", "refine": "refine", "tree_summarize": "tree summarize"}
_NUMBERED = re.compile(r"^\[(\d+)\] ", re.MULTILINE)
_SQUARE, _STEP, _BETWEEN = 3.0, 3.6, 6.0  # millimetres: of a hit, from hit to hit, between calls


def measure(chapter: Chapter) -> dict[str, Any]:
    """For each mode its calls in order: how many were over when it began, the hits in it, and its tokens."""
    hits = chapter.asked(_HITS).hits
    rows = {mode: _calls(chapter, mode, hits) for mode in LABELS}
    return {"parts": {"answer": list(rows)}, "hits": len(hits), "rows": rows}


def _calls(chapter: Chapter, mode: str, hits: Sequence[Hit]) -> list[dict[str, Any]]:
    llm = chapter.llm.with_window(_WINDOW)
    draft = Draft(QUESTION, excerpts_of(hits, [chapter.document]), llm)
    asyncio.run(preset(f"baseline:answer.kind={mode}").answer.write(draft))
    return [
        {
            "after": call.after,
            "tokens": llm.count_tokens(call.prompt),
            "hits": sorted({int(number) for number in _NUMBERED.findall(call.prompt)}),
            "carries": _carried(call.prompt, {earlier.reply for earlier in llm.calls[:place]}),
        }
        for place, call in enumerate(llm.calls)
    ]


def _carried(prompt: str, replies: set[str]) -> int:
    """How many answers of earlier calls a prompt contains, besides what it tells the model to answer."""
    told = prompt.replace(f"about it, answer: {NOT_FOUND}\n", "")
    return sum(told.count(reply) for reply in replies)


def draw(data: Mapping[str, Any]) -> str:
    """For each mode its calls from left to right, parallel ones above each other; a square is a hit or an answer."""
    canvas = Canvas()
    for mode, calls in data["rows"].items():
        top, x = canvas.y, LEFT
        for after in sorted({call["after"] for call in calls}):
            together = [call for call in calls if call["after"] == after]
            for lane, call in enumerate(together):
                _draw_call(canvas, x, top + 5.4 * lane, call)
            x += max(map(_width, together)) + _BETWEEN
        lanes = max(sum(call["after"] == after for call in calls) for after in {call["after"] for call in calls})
        canvas.label(0, top + 2.6, LABELS[mode])
        tokens = sum(call["tokens"] for call in calls)
        words = f"{len(calls)} call{'s' * (len(calls) > 1)}, {tokens:,} tokens read"
        canvas.label(WIDTH - 45, top + 2.6, words, width=45, side="right", tone="muted")
        canvas.y = top + 5.4 * lanes + 3
    return canvas.markup()


def _width(call: Mapping[str, Any]) -> float:
    squares: int = len(call["hits"]) + call["carries"]
    return _STEP * squares + 1.0


def _draw_call(canvas: Canvas, x: float, y: float, call: Mapping[str, Any]) -> None:
    """A frame with a blue square for each hit that the call reads, and a green one for each earlier answer."""
    canvas.frame(x, y, _width(call), 4.6, "muted")
    for place in range(call["carries"] + len(call["hits"])):
        tone: Any = "leaf" if place < call["carries"] else "accent"
        canvas.bar(x + 0.8 + _STEP * place, y + 0.8, _SQUARE, _SQUARE, tone, 75)
