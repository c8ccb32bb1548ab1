"""The hits of a column that have no card yet, as a list: a line each, to which citations lead."""

from __future__ import annotations

from collections.abc import Sequence

from rag_core.html.cards import page_link, place_of
from rag_core.html.comparison_view import ComparisonView, Where
from rag_core.html.templating import render
from rag_core.stages.results import Hit
from rag_core.stages.stage_scores import score_text

_MAX_CHARACTERS = 110


def more_hits_html(view: ComparisonView, column: int, hits: Sequence[Hit]) -> str:
    """Rank, place, score and the beginning of the text of each hit."""
    return render("more_hits", column=column, lines=[_line(view, column, hit) for hit in hits])


def _line(view: ComparisonView, column: int, hit: Hit) -> tuple[int, Where, str, str, str]:
    document = view.document(hit.document)
    link = page_link(column, hit, document)
    return hit.rank, place_of(view, hit, document), link, _score(hit), _beginning(hit)


def _score(hit: Hit) -> str:
    return "" if hit.score is None else score_text(hit.score)


def _beginning(hit: Hit) -> str:
    text = " ".join(hit.text[: 2 * _MAX_CHARACTERS].split())
    return text if len(text) <= _MAX_CHARACTERS else f"{text[:_MAX_CHARACTERS].rsplit(' ', 1)[0]} …"
