"""A column's extractive answer and its hits as HTML."""

from __future__ import annotations

from typing import NamedTuple

from rag_core.documents.document import Document
from rag_core.documents.table_heads import heads_above
from rag_core.geometry import Span
from rag_core.html.comparison_view import ComparisonView, Where
from rag_core.html.hit_text import first_part, hit_text
from rag_core.html.templating import render
from rag_core.html.via import via_lines
from rag_core.html.why_sums import sums_of
from rag_core.html.why_text import why_text
from rag_core.stages.results import Answer, Citation, Hit
from rag_core.stages.stage_scores import score_text, stage_texts
from rag_core.strategy import Strategy
from rag_core.text.numbers import page_range, percent
from rag_core.text.spans import intersection, length


class _Bar(NamedTuple):
    """Where a score lies on the axis of its kind, in percent of its length."""

    left: float
    width: float
    title: str


class _Chip(NamedTuple):
    """Another column that found some of a hit's text."""

    column: int
    title: str
    share: str


def answer_html(view: ComparisonView, column: int, answer: Answer) -> str:
    """The answer's sentences, each with a link to the hit that it cites."""
    quotes = [_quote(view, column, citation) for citation in answer.citations]
    return render("extractive_answer", column=column, answer=answer, quotes=quotes)


def _quote(view: ComparisonView, column: int, citation: Citation) -> tuple[str, int, str]:
    """The words, the rank of their hit, and the heads over a row of a table."""
    hit = view.comparison.columns[column].hits[citation.hit - 1]
    document = view.document(hit.document)
    text = document.text[citation.start : citation.end]
    return " ".join(text.split()), hit.rank, heads_above(document, citation.start).partition("\n")[0]


def hit_html(view: ComparisonView, column: int, hit: Hit, *, complete: bool = True) -> str:
    """One hit: rank, score on the shared axis, pages, what matched, and its text with marks.

    While other columns are missing, it is not `complete`: what compares it with theirs has its place, but is not seen.
    """
    document, why = view.document(hit.document), view.why(column, hit)
    return render(
        "hit",
        column=column,
        hit=hit,
        complete=complete,
        bar=_bar(view, column, hit),
        score=score_text(hit.score),
        score_name=view.score_names[column] if hit.score is not None and len(set(view.score_names)) > 1 else "",
        place=place_of(view, hit, document),
        page_link=page_link(column, hit, document),
        vias=via_lines(view, column, hit),
        chips=_chips(view, column, hit),
        alone=len(view.names) == 1,
        stages=stage_texts(hit.scores) if why or len(hit.scores) > 1 else [],
        sums=sums_of(view, column, hit),
        why=why is not None,
        heads=heads_above(document, first_part(view, column, hit, document).start),
        text=hit_text(view, column, hit, document) if why is None else why_text(view, column, hit, document, why),
    )


def _bar(view: ComparisonView, column: int, hit: Hit) -> _Bar:
    if hit.score is None:
        return _Bar(0.0, 0.0, _unscored(view.comparison.columns[column].strategy, hit))
    name = view.score_names[column]
    low, high = view.score_axis(column)
    zero, at = (100 * (score - low) / (high - low) for score in (0, hit.score))
    who = "All columns" if set(view.score_names) == {name} else f"Only columns with this kind of score ({name})"
    axis = f"{who} share this axis, from {low:.2f} to {high:.2f}."
    return _Bar(min(zero, at), abs(at - zero), f"{name[0].upper()}{name[1:]} {hit.score:.4f}.{_stages(hit)} {axis}")


def _unscored(strategy: Strategy, hit: Hit) -> str:
    """Why a hit has no score."""
    if hit.scores:
        return f"No score: only the best entries are reranked, and this is none of them.{_stages(hit)}"
    return f"No score: the search {strategy.search.label} gives none."


def _stages(hit: Hit) -> str:
    """What each stage gave the hit's best entry."""
    stages = ", ".join(f"{stage} {score:.4f}" for stage, score in hit.scores.items())
    return f" By stage: {stages}." if stages else ""


def place_of(view: ComparisonView, hit: Hit, document: Document) -> Where:
    """Where the hit stands: its document, unless there is only one, and its pages."""
    label = document.label if view.has_several_sources else ""
    if document.pages[0].width is not None:
        return Where(label, f"p {page_range(hit.pages)}")
    return Where(label, "" if label else "text")


def page_link(column: int, hit: Hit, document: Document) -> str:
    """The link that shows the hit on its page; empty where it has none to show."""
    return f"#page-{column}-{hit.rank}" if hit.pages and document.pages[0].width is not None else ""


def _chips(view: ComparisonView, column: int, hit: Hit) -> list[_Chip]:
    chips = []
    for i, name in enumerate(view.names):
        share = length(intersection([Span(hit.start, hit.end)], view.found_in(i, hit.document))) / (hit.end - hit.start)
        if i != column and share:
            chips.append(_Chip(i, f"{name} found {percent(share)} of this text too", percent(share)))
    return chips
