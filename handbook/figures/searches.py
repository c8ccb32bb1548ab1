"""Figure 5: the scores that four searches give the chunks of the chapter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from figures.chapter import Chapter
from figures.profiles import CHUNKS, draw_profiles, profile

LABELS = {"dense": "dense", "bm25": "BM25", "hybrid": "hybrid", "everything": "everything"}


def measure(chapter: Chapter) -> dict[str, Any]:
    """A profile for each search."""
    rows = {kind: profile(chapter, chapter.asked(f"baseline:{CHUNKS},search.kind={kind}")) for kind in LABELS}
    return {"parts": {"search": list(LABELS)}, "places": chapter.places(), "rows": rows}


def draw(data: Mapping[str, Any]) -> str:
    """A row for each search."""
    return draw_profiles(data["places"], {LABELS[kind]: row for kind, row in data["rows"].items()})
