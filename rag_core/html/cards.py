"""A column's extractive answer and its hits as HTML."""

from __future__ import annotations

from typing import NamedTuple

from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.html.comparison_view import ComparisonView, Where, unaligned
from rag_core.html.hit_text import hit_text
from rag_core.html.templating import render
from rag_core.stages.results import Answer, Citation, Hit, Via
from rag_core.text.numbers import page_range, percent
from rag_core.text.spans import intersection, length

_VIA_NAMES = {
    "chunk": "the chunk itself",
    "summary": "summary (its central sentences)",
    "key phrase": "key phrase",
}
_WRITTEN_NAMES = {
    "summary": "summary (a language model wrote it)",
    "question": "question (a language model wrote it)",
}
_MAX_VIA = 3
_MAX_QUOTED_CHARACTERS = 90


class _Bar(NamedTuple):
    """Where a score lies on the axis that all columns share, in percent of its length."""

    left: float
    width: float
    title: str


class _Chip(NamedTuple):
    """Another column that found some of a hit's text, or of which that is unknown."""

    column: int
    title: str
    share: str


def answer_html(view: ComparisonView, column: int, answer: Answer) -> str:
    """The answer's sentences, each with a link to the hit that it cites."""
    quotes = [_quote(view, column, citation) for citation in answer.citations]
    return render("extractive_answer", column=column, answer=answer, quotes=quotes)


def _quote(view: ComparisonView, column: int, citation: Citation) -> tuple[str, int]:
    hit = view.comparison.columns[column].hits[citation.hit - 1]
    text = view.document(hit.document).text[citation.start : citation.end]
    return " ".join(text.split()), hit.rank


def hit_html(view: ComparisonView, column: int, hit: Hit, *, complete: bool = True) -> str:
    """One hit: rank, score on the shared axis, pages, what matched, and its text with marks.

    While other columns are missing, it is not `complete`: what compares it with theirs has its place, but is not seen.
    """
    document = view.document(hit.document)
    return render(
        "hit",
        column=column,
        hit=hit,
        complete=complete,
        bar=_bar(view, hit),
        place=_place(view, hit, document),
        vias=[(*_via(view, column, via), via.score) for via in hit.via[:_MAX_VIA]],
        more_vias=max(len(hit.via) - _MAX_VIA, 0),
        chips=_chips(view, column, hit),
        alone=len(view.names) == 1,
        text=hit_text(view, column, hit, document),
    )


def _bar(view: ComparisonView, hit: Hit) -> _Bar:
    low, high = view.score_axis
    zero, at = (100 * (score - low) / (high - low) for score in (0, hit.score))
    axis = f"All columns share one axis, from {low:.2f} to {high:.2f}."
    return _Bar(min(zero, at), abs(at - zero), f"Score {hit.score:.4f}.{_stages(hit)} {axis}")


def _stages(hit: Hit) -> str:
    """What each stage gave the hit's best entry."""
    stages = ", ".join(f"{stage} {score:.4f}" for stage, score in hit.scores.items())
    return f" By stage: {stages}." if stages else ""


def _place(view: ComparisonView, hit: Hit, document: Document) -> Where:
    label = document.label if view.has_several_sources else ""
    if document.pages[0].width is not None:
        return Where(label, f"p {page_range(hit.pages)}")
    return Where(label, "" if label else "text")


def _via(view: ComparisonView, column: int, via: Via) -> tuple[str, str]:
    """The entry's name, and the beginning of its text where that is not the chunk's."""
    if via.kind == "child":
        return f"child of {view.count(via.text)} tokens", _short(via.text)
    by_model = view.comparison.columns[column].strategy.reference.written_questions is not None
    name = (_VIA_NAMES | (_WRITTEN_NAMES if by_model else {})).get(via.kind, via.kind)
    return name, "" if via.kind == "chunk" else _short(via.text)


def _short(text: str) -> str:
    text = " ".join(text.split())
    if len(text) <= _MAX_QUOTED_CHARACTERS:
        return text
    return text[: _MAX_QUOTED_CHARACTERS - 1].rsplit(" ", 1)[0] + "…"


def _chips(view: ComparisonView, column: int, hit: Hit) -> list[_Chip]:
    chips = []
    for i, name in enumerate(view.names):
        if view.reads_other_text(i, hit.document):
            chips.append(_Chip(i, f"Not available: {unaligned(name)}", "n/a"))
            continue
        share = length(intersection([Span(hit.start, hit.end)], view.found_in(i, hit.document))) / (hit.end - hit.start)
        if i != column and share:
            chips.append(_Chip(i, f"{name} found {percent(share)} of this text too", percent(share)))
    return chips
