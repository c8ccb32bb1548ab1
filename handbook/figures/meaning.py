"""Figure 3: what the two chunkers that follow the meaning measure, and the chunks that follow from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from figures.axis import over_the_chapter
from figures.canvas import WIDTH, Canvas, Strip, Tone
from figures.chapter import Chapter
from figures.cuts import CHUNKERS
from rag_core import preset
from rag_core.parts.chunker.sentence_starts import sentence_starts

_HEIGHT = 15.0  # millimetres, of the distances
_CELL = 2.3  # millimetres, of a similarity


def measure(chapter: Chapter) -> dict[str, Any]:
    """The distances between neighbouring sentences, the similarities of neighbouring pieces, and both kinds' chunks."""
    return {
        "parts": {"chunker": ["semantic", "cluster_semantic"]},
        "places": chapter.places(),
        "semantic": _semantic(chapter),
        "cluster_semantic": _clusters(chapter),
    }


def _semantic(chapter: Chapter) -> dict[str, Any]:
    spec = f"baseline:chunker.kind=semantic,chunker.{CHUNKERS['semantic']}"
    chunker: Any = preset(spec).chunker
    document, resources = chapter.document, chapter.resources(spec)
    edges = [*sentence_starts(document.text, 0, len(document.text)), len(document.text)]
    distances = chunker._distances(document, edges, resources)
    return {
        "gaps": edges[1:-1],
        "distances": [round(float(distance), 3) for distance in distances],
        "threshold": round(float(np.percentile(distances, chunker.breakpoint_percentile)), 3),
        "chunks": [list(chunk) for chunk in chunker.chunk(document, resources)],
    }


def _clusters(chapter: Chapter) -> dict[str, Any]:
    spec = f"baseline:chunker.kind=cluster_semantic,chunker.{CHUNKERS['cluster_semantic']}"
    chunker: Any = preset(spec).chunker
    document, resources = chapter.document, chapter.resources(spec)
    maker = preset(
        f"baseline:chunker.kind=recursive,chunker.chunk_tokens={chunker.piece_tokens},chunker.overlap_tokens=0"
    )
    pieces = maker.chunker.chunk(document, resources)
    vectors = resources.vectors.of_spans(document, pieces)
    reach = chunker.chunk_tokens // chunker.piece_tokens
    similar = [[round(float(one @ other), 3) for other in vectors[i + 1 : i + reach]] for i, one in enumerate(vectors)]
    return {
        "pieces": [list(piece) for piece in pieces],
        "similarities": similar,
        "chunks": [list(chunk) for chunk in chunker.chunk(document, resources)],
    }


def draw(data: Mapping[str, Any]) -> str:
    """The distances with the percentile as a line, then the similarities as a band, each above its chunks."""
    canvas = Canvas()
    with over_the_chapter(canvas, data["places"]) as strip:
        _draw_distances(canvas, strip, data["semantic"])
        _draw_chunks(canvas, strip, "semantic", data["semantic"]["chunks"])
        canvas.y += 2.5
        _draw_similarities(canvas, strip, data["cluster_semantic"])
        _draw_chunks(canvas, strip, "cluster semantic", data["cluster_semantic"]["chunks"])
    return canvas.markup()


def _draw_distances(canvas: Canvas, strip: Strip, data: Mapping[str, Any]) -> None:
    scale = _HEIGHT / max(data["distances"])
    bottom = canvas.y + _HEIGHT
    canvas.label(0, canvas.y + 4, "distance between")
    canvas.label(0, canvas.y + 7.8, "sentences")
    for gap, distance in zip(data["gaps"], data["distances"], strict=True):
        is_cut = distance > data["threshold"]
        tone: Tone = "accent" if is_cut else "muted"
        strength = 100 if is_cut else 55
        canvas.bar(strip.x(gap) - 0.45, bottom - scale * distance, 0.9, scale * distance, tone, strength)
    level = bottom - scale * data["threshold"]
    canvas.line((strip.x(0), level), (WIDTH, level), "ink", 0.5)
    canvas.y = bottom + 1.2


def _draw_similarities(canvas: Canvas, strip: Strip, data: Mapping[str, Any]) -> None:
    """A cell for each pair of pieces, above the middle between them: the higher, the further they are apart."""
    values = [value for row in data["similarities"] for value in row]
    low, high = min(values), max(values)
    rows = max(len(row) for row in data["similarities"])
    canvas.label(0, canvas.y + 1.8, "similarity of pieces")
    for i, row in enumerate(data["similarities"]):
        for j, value in enumerate(row):
            ends = (data["pieces"][i], data["pieces"][i + j + 1])
            middle, width = sum(map(sum, ends)) / 4, sum(end - start for start, end in ends) / 2
            top = canvas.y + _CELL * (rows - 1 - j)
            strength = round(100 * (value - low) / (high - low))
            strip.bar(canvas, (middle - width / 2, middle + width / 2), top, _CELL - 0.2, "leaf", strength)
    canvas.y += _CELL * rows + 0.8


def _draw_chunks(canvas: Canvas, strip: Strip, label: str, chunks: Sequence[Sequence[int]]) -> None:
    canvas.label(0, canvas.y + 2.0, label)
    for chunk in chunks:
        strip.bar(canvas, chunk, canvas.y, 4.0, "accent", 45)
    canvas.y += 5.4
