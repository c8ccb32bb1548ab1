"""Figure 6: the scores of dense search for what four ways of asking make of one question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from figures.chapter import Chapter
from figures.profiles import CHUNKS, draw_profiles, profile

LABELS = {"none": "none", "keywords": "keywords", "hyde": "HyDE", "multi_query": "multi-query"}


def measure(chapter: Chapter) -> dict[str, Any]:
    """A profile for each kind of query, and the queries that it made."""
    asked = {kind: chapter.asked(f"baseline:{CHUNKS},query.kind={kind}") for kind in LABELS}
    return {
        "parts": {"query": list(LABELS)},
        "places": chapter.places(),
        "rows": {kind: profile(chapter, retrieval) for kind, retrieval in asked.items()},
        "queries": {kind: [query.text for query in retrieval.queries] for kind, retrieval in asked.items()},
    }


def draw(data: Mapping[str, Any]) -> str:
    """A row for each kind of query."""
    return draw_profiles(data["places"], {LABELS[kind]: row for kind, row in data["rows"].items()})
