"""Which entries led to a hit, in a few lines, and which of them are marked in its text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rag_core.html.comparison_view import ComparisonView
from rag_core.stages.results import Hit, Via
from rag_core.stages.stage_scores import score_text

_NAMES = {
    "chunk": "the chunk itself",
    "summary": "summary (its central sentences)",
    "key phrase": "key phrase",
    "window": "windows around",
}
_WRITTEN_NAMES = {
    "summary": "summary (a language model wrote it)",
    "question": "question (a language model wrote it)",
}
_MAX_LINES = 3
_MAX_QUOTED_CHARACTERS = 90


class ViaLines(NamedTuple):
    """The best entries, each with its name, the beginning of its text and its score, empty without one.

    `more` says how many follow.
    """

    lines: Sequence[tuple[str, str, str]]
    more: str


def via_lines(view: ComparisonView, column: int, hit: Hit) -> ViaLines:
    """The entries that led to a hit; of joined ones, which may be dozens, the best."""
    shown = 1 if _is_joined(hit) else _MAX_LINES
    lines = [(*_named(view, column, via), _score(via)) for via in hit.via[:shown]]
    rest = hit.via[shown:]
    if not rest:
        return ViaLines(lines, "")
    verb = "joined with" if _is_joined(hit) else "and"
    down = f", down to {lowest}" if (lowest := _score(rest[-1])) else ""
    return ViaLines(lines, f"{verb} {len(rest):,} more{down}")


def _score(via: Via) -> str:
    return "" if via.score is None else score_text(via.score)


def marked_entries(hit: Hit) -> list[Via]:
    """The entries that are marked in the hit's text: of joined ones, which are all of it, the best."""
    return [via for via in hit.via if via.kind != "chunk"][: 1 if _is_joined(hit) else None]


def _is_joined(hit: Hit) -> bool:
    return hit.via[0].kind == "window"


def _named(view: ComparisonView, column: int, via: Via) -> tuple[str, str]:
    """The entry's name, and the beginning of its text where that is not the chunk's."""
    if via.kind == "child":
        return f"child of {view.count(via.text)} tokens", _short(via.text)
    by_model = view.comparison.columns[column].strategy.reference.written_questions is not None
    name = (_NAMES | (_WRITTEN_NAMES if by_model else {})).get(via.kind, via.kind)
    return name, "" if via.kind == "chunk" else _short(via.text)


def _short(text: str) -> str:
    text = " ".join(text.split())
    if len(text) <= _MAX_QUOTED_CHARACTERS:
        return text
    return text[: _MAX_QUOTED_CHARACTERS - 1].rsplit(" ", 1)[0] + "…"
