"""Figure 2: the chapter as every chunker cuts it, and the windows in which the embedding model reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from figures.axis import over_the_chapter
from figures.canvas import Canvas
from figures.chapter import Chapter
from rag_core import preset
from rag_core.embeddings.late.token_pass import DEFAULT_OVERLAP_PERCENT
from rag_core.embeddings.late.windows import stride_of, window_starts

CHUNKERS = {
    "sentence": "chunk_tokens=128,chunker.overlap_tokens=20",
    "token": "chunk_tokens=128,chunker.overlap_tokens=20",
    "recursive": "chunk_tokens=128,chunker.overlap_tokens=0",
    "characters": "chunk_characters=600",
    "page": "chunk_tokens=1024",
    "markdown": "chunk_tokens=512",
    "semantic": "breakpoint_percentile=85",
    "cluster_semantic": "chunk_tokens=250",
    "atoms": "chunk_tokens=48",
}


def measure(chapter: Chapter) -> dict[str, Any]:
    """The chunks of every chunker, and the model's windows, as spans of the chapter."""
    rows = {kind: _chunks(chapter, f"baseline:chunker.kind={kind},chunker.{rest}") for kind, rest in CHUNKERS.items()}
    return {"parts": {"chunker": list(rows)}, "places": chapter.places(), "rows": rows, "windows": _windows(chapter)}


def _chunks(chapter: Chapter, spec: str) -> list[list[int]]:
    return [list(chunk) for chunk in preset(spec).chunker.chunk(chapter.document, chapter.resources(spec))]


def _windows(chapter: Chapter) -> list[list[int]]:
    """The windows of late pooling, from the token pass's own rule."""
    model = chapter.vectors.model
    tokens, width = model.tokenize_and_cache_starts(chapter.document.text), model.text_tokens or 0
    starts = window_starts(len(tokens.ids), width, stride_of(width, DEFAULT_OVERLAP_PERCENT))
    return [[int(tokens.starts[start]), int(tokens.ends[start + width - 1])] for start in starts]


def draw(data: Mapping[str, Any]) -> str:
    """A row for each chunker; where chunks overlap, the text is darker."""
    canvas = Canvas()
    with over_the_chapter(canvas, data["places"]) as strip:
        for kind, chunks in data["rows"].items():
            canvas.label(0, canvas.y + 2.2, kind.replace("_", " "))
            for chunk in chunks:
                strip.bar(canvas, chunk, canvas.y + 0.2, 4.0, "accent", 45)
            canvas.y += 5.7
        canvas.label(0, canvas.y + 2.6, "windows of the model")
        for number, window in enumerate(data["windows"]):
            strip.bar(canvas, window, canvas.y + 0.4 + 2.4 * (number % 2), 2.0, "muted", 50)
        canvas.y += 5.6
    return canvas.markup()
