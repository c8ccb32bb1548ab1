"""Figure 4: what every reference indexes of the chapter, and what it hands on when the question is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from figures.axis import over_the_chapter
from figures.canvas import Canvas, Strip
from figures.chapter import Chapter
from rag_core import preset
from rag_core.pipeline.enrichment import start_writing
from rag_core.stages.retrieval import Retrieval

_CHUNKS = "chunker.chunk_tokens=256,chunker.overlap_tokens=0"
REFERENCES = {
    "itself": f"{_CHUNKS},budget.hits=1",
    "children": f"{_CHUNKS},reference.child_tokens=64+128,reference.overlap_tokens=0,budget.hits=1",
    "metadata": f"{_CHUNKS},reference.questions=3,budget.hits=1",
    "windows": "chunker.kind=atoms,reference.window_tokens=0+64+128,budget.kind=tokens,budget.tokens=200",
    "sentence_window": "budget.hits=1",
    "hierarchy": "chunker.chunk_tokens=512,reference.level_tokens=256+64,reference.overlap_tokens=0,"
    "search.entries=10,budget.kind=distinct_parents",
    "section_context": f"{_CHUNKS},budget.hits=1",
    "llm_context": "chunker.chunk_tokens=512,chunker.overlap_tokens=0,budget.hits=1",
}
LABELS = {"sentence_window": "sentence window", "section_context": "section context", "llm_context": "LLM context"}
_LANE = 1.5  # millimetres, of the entries of one size


def measure(chapter: Chapter) -> dict[str, Any]:
    """For each reference its entries, those that led to the hits, and the spans of the hits."""
    rows = {
        kind: _row(_asked(chapter, f"baseline:reference.kind={kind},{fields}")) for kind, fields in REFERENCES.items()
    }
    return {"parts": {"reference": list(rows)}, "places": chapter.places(), "rows": rows}


def _asked(chapter: Chapter, spec: str) -> Retrieval:
    """What a strategy retrieves, after the language model has written what its reference indexes, if it does."""
    strategy = preset(spec)
    if strategy.reference.written_texts:
        start_writing(strategy, [chapter.document], chapter.llm, chapter.vectors).wait()
    return chapter.asked(spec)


def _row(found: Retrieval) -> dict[str, Any]:
    """Entries as spans of the chapter with their kinds, the wider windows of the best one, and the hits.

    A text that was written has the place of its chunk.
    """
    entries = [
        {
            "kind": entry.kind,
            "chunk": list(entry.chunk),
            "spans": [list(span) for span in entry.windows[:1] or entry.quotes],
            "context": [list(span) for span in entry.context],
            "lead": bool(entry.lead),
        }
        for entry in found.built.entries
    ]
    via = sorted({one.entry for candidate in found.candidates for one in candidate.via})
    best = found.built.entries[found.ranking.scored[0].entry]
    return {
        "entries": entries,
        "via": via,
        "wider": [list(span) for span in best.windows[1:]],
        "hits": [list(candidate.span) for candidate in found.candidates],
    }


def draw(data: Mapping[str, Any]) -> str:
    """For each reference its entries in lanes, thin, and below them what is handed on, thick."""
    canvas = Canvas()
    with over_the_chapter(canvas, data["places"]) as strip:
        for kind, row in data["rows"].items():
            top = canvas.y
            _draw_entries(canvas, strip, row)
            for hit in row["hits"]:
                strip.bar(canvas, hit, canvas.y + 0.2, 2.2, "accent", 100)
            canvas.label(0, (top + canvas.y + 2) / 2, LABELS.get(kind, kind))
            canvas.y += 4.6
    return canvas.markup()


def _draw_entries(canvas: Canvas, strip: Strip, row: Mapping[str, Any]) -> None:
    """The entries in as many lanes as they need; those that led to a hit are dark, and what was written is green."""
    lanes = Lanes()
    for number, entry in enumerate(row["entries"]):
        is_via = number in row["via"]
        spans = entry["spans"] or [entry["chunk"]]
        lane = lanes.lane_of(entry["kind"], spans[0][0], spans[-1][1])
        y = canvas.y + _LANE * lane
        if entry["spans"]:
            for span in spans:
                strip.bar(canvas, span, y, _LANE - 0.3, "accent", 90 if is_via else 35)
        else:  # a text that was written about the chunk and stands nowhere in the chapter
            canvas.bar(strip.x(entry["chunk"][0]), y, 2.4, _LANE - 0.3, "leaf", 100 if is_via else 50)
        _draw_before(canvas, strip, entry, y)
    canvas.y += _LANE * lanes.count
    for window in row["wider"]:
        strip.bar(canvas, window, canvas.y, _LANE - 0.3, "accent", 90)
        canvas.y += _LANE


def _draw_before(canvas: Canvas, strip: Strip, entry: Mapping[str, Any], y: float) -> None:
    """What is indexed in front of an entry, as marks at its beginning: one for each heading, or for a written lead."""
    for number in range(len(entry["context"]) + entry["lead"]):
        canvas.bar(strip.x(entry["spans"][0][0]) + 1.5 * number, y - 0.4, 1.1, _LANE + 0.5, "leaf", 100)


class Lanes:
    """Lanes in which spans of one kind do not touch, those of another kind below."""

    def __init__(self) -> None:
        self._ends: list[tuple[str, int]] = []

    @property
    def count(self) -> int:
        """The number of lanes so far."""
        return len(self._ends)

    def lane_of(self, kind: str, start: int, end: int) -> int:
        """The first lane of the kind that is free from `start` on; it is taken up to `end`."""
        free = (lane for lane, (of_kind, until) in enumerate(self._ends) if of_kind == kind and until <= start)
        lane = next(free, len(self._ends))
        self._ends[lane : lane + 1] = [(kind, end)]
        return lane
