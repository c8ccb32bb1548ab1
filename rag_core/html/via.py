"""Which entries led to a hit, in a few lines, and which of them are marked in its text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rag_core.html.comparison_view import ComparisonView
from rag_core.stages.results import Hit, Via
from rag_core.stages.stage_scores import score_text
from rag_core.text.numbers import counted

_NAMES = {
    "chunk": "the chunk itself",
    "summary": "summary (its central sentences)",
    "key phrase": "key phrase",
    "window": "windows around",
    "neighbour": "the text next to it",
}
_WRITTEN_NAMES = {
    "summary": "summary (a language model wrote it)",
    "question": "question (a language model wrote it)",
}
_PARTS = {"child": "child", "leaf": "part", "merged": "merged part"}
_MAX_LINES = 3
_MAX_QUOTED_CHARACTERS = 90
_MAX_CONTEXT_CHARACTERS = 400


class ViaLines(NamedTuple):
    """The best entries, each with its name, the beginning of its text and its score, empty without one.

    `made` says how the hit was made of them if it is larger than all of them; `more` says how many follow.
    """

    lines: Sequence[tuple[str, str, str]]
    more: str
    made: str = ""


def via_lines(view: ComparisonView, column: int, hit: Hit) -> ViaLines:
    """The entries that led to a hit; of joined ones, which may be dozens, the best."""
    shown = 1 if _is_joined(hit) else _MAX_LINES
    lines = [(*_named(view, column, via), _score(via)) for via in hit.via[:shown]]
    rest = hit.via[shown:]
    if not rest:
        return ViaLines(lines, "", _made(hit))
    verb = "joined with" if _is_joined(hit) else "and"
    down = f", down to {lowest}" if (lowest := _score(rest[-1])) else ""
    return ViaLines(lines, f"{verb} {len(rest):,} more{down}", _made(hit))


def _made(hit: Hit) -> str:
    if hit.children is not None:
        return f"merged: {len(hit.via):,} of its {counted(hit.children, 'part')} found; the score is their mean"
    return "filled in between two hits; the score is their mean" if hit.via[0].kind == "neighbour" else ""


def _score(via: Via) -> str:
    return "" if via.score is None else score_text(via.score)


def marked_entries(hit: Hit) -> list[Via]:
    """The entries that are marked in the hit's text: of joined ones, which are all of it, the best."""
    return [via for via in hit.via if via.kind not in ("chunk", "neighbour")][: 1 if _is_joined(hit) else None]


def _is_joined(hit: Hit) -> bool:
    return hit.via[0].kind == "window"


def _named(view: ComparisonView, column: int, via: Via) -> tuple[str, str]:
    """The entry's name, and the beginning of its text where that is not the chunk's."""
    if via.kind in _PARTS:
        return f"{_PARTS[via.kind]} of {view.count(via.text)} tokens", _short(via.text)
    by_model = view.comparison.columns[column].strategy.reference.written_texts
    name = (_NAMES | (_WRITTEN_NAMES if by_model else {})).get(via.kind, via.kind)
    if via.context:
        return f"{name}, with the context:", _short(via.context, _MAX_CONTEXT_CHARACTERS)
    return name, "" if via.kind == "chunk" else _short(via.text)


def _short(text: str, max_characters: int = _MAX_QUOTED_CHARACTERS) -> str:
    text = " ".join(text.split())
    if len(text) <= max_characters:
        return text
    return text[: max_characters - 1].rsplit(" ", 1)[0] + "…"
