"""A column's answer and hits as HTML."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.html.comparison_view import ComparisonView
from rag_core.html.marked_text import Marks, excerpt, marked_html
from rag_core.html.palette import MARKS
from rag_core.pipeline.results import Answer, Citation, Hit, Via
from rag_core.text.numbers import percent
from rag_core.text.spans import intersection, length, union

_VIA_NAMES = {
    "chunk": "the chunk itself",
    "summary": "summary (its central sentences)",
    "key phrase": "key phrase",
}
_WRITTEN_NAMES = {
    "summary": "summary (a language model wrote it)",
    "question": "question (a language model wrote it)",
}
_MOST_VIA = 3
_EXTRACTIVE = "The sentences of the hits most similar to the question, as they stand there. No language model wrote it."


def answer_html(shown: ComparisonView, column: int, answer: Answer) -> str:
    """The answer's sentences, each with a link to the hit that it cites."""
    head = f'<div class="cs-label">Answer · <abbr title="{_EXTRACTIVE}">extractive</abbr></div>'
    if not answer.found:
        return f'<div class="cs-answer cs-c{column}">{head}<p class="cs-none">{escape(answer.text)}</p></div>'
    sentences = " ".join(_sentence(shown, column, citation) for citation in answer.citations)
    return f'<div class="cs-answer cs-c{column}">{head}<p>{sentences}</p></div>'


def _sentence(shown: ComparisonView, column: int, citation: Citation) -> str:
    hit = shown.comparison.columns[column].hits[citation.hit - 1]
    text = " ".join(shown.document(hit.document).text[citation.start : citation.end].split())
    return f'{escape(text)} <a class="cs-cite" href="#hit-{column}-{hit.rank}">[{hit.rank}]</a>'


def hit_html(shown: ComparisonView, column: int, hit: Hit) -> str:
    """One hit: rank, score on the shared axis, pages, what matched, and its text with marks."""
    document = shown.document(hit.document)
    return (
        f'<div class="cs-hit cs-c{column}" id="hit-{column}-{hit.rank}">'
        f'<div class="cs-hit-head"><span class="cs-rank">{hit.rank}</span>{_score(shown, hit.score)}'
        f"{_pages(shown, hit, document)}</div>"
        f"{_via(shown, column, hit)}{_also(shown, column, hit)}{_text(shown, column, hit, document)}</div>"
    )


def _score(shown: ComparisonView, score: float) -> str:
    low, high = shown.score_axis
    zero = 100 * (0 - low) / (high - low)
    at = 100 * (score - low) / (high - low)
    left, width = min(zero, at), abs(at - zero)
    title = f"Score {score:.4f}. All columns share one axis, from {low:.2f} to {high:.2f}."
    return (
        f'<span class="cs-bar" title="{title}"><i style="left:{left:.1f}%;width:{width:.1f}%"></i></span>'
        f'<span class="cs-score" title="{title}">{score:.3f}</span>'
    )


def _pages(shown: ComparisonView, hit: Hit, document: Document) -> str:
    name = f"{escape(document.name)} · " if len(shown.documents) > 1 else ""
    if document.pages[0].width is None:
        return f'<span class="cs-badge">{name or "text"}</span>'.replace(" · <", "<")
    label = "p " + (f"{hit.pages[0]}–{hit.pages[-1]}" if len(hit.pages) > 1 else str(hit.pages[0]))  # noqa: RUF001
    return f'<span class="cs-badge">{name}{label}</span>'


def _via(shown: ComparisonView, column: int, hit: Hit) -> str:
    lines = "".join(f"<li>{_via_line(shown, column, via)}</li>" for via in hit.via[:_MOST_VIA])
    more = len(hit.via) - _MOST_VIA
    rest = f'<li class="cs-more">and {more} more</li>' if more > 0 else ""
    return f'<ul class="cs-via" title="Which entries of the index led here, with their own scores">{lines}{rest}</ul>'


def _via_line(shown: ComparisonView, column: int, via: Via) -> str:
    by_model = shown.comparison.columns[column].strategy.reference.written_questions is not None
    name = (_VIA_NAMES | (_WRITTEN_NAMES if by_model else {})).get(via.kind, via.kind)
    if via.kind == "child":
        name = f"child of {shown.count(via.text)} tokens"
    quoted = f" “{escape(_short(via.text))}”" if via.kind != "chunk" else ""
    return f'<span class="cs-entry">via {escape(name)}{quoted}</span><span class="cs-score">{via.score:.3f}</span>'


def _short(text: str, most: int = 90) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0] + "…"


def _also(shown: ComparisonView, column: int, hit: Hit) -> str:
    span = [Span(hit.start, hit.end)]
    chips = []
    for i, name in enumerate(shown.names):
        share = length(intersection(span, shown.found[i].get(hit.document, []))) / (hit.end - hit.start)
        if i != column and share:
            title = f"{name} found {percent(share)} of this text too"
            chips.append(
                f'<span class="cs-chip cs-c{i}" title="{escape(title)}">{MARKS[i].symbol} {percent(share)}</span>'
            )
    label = "also in " + " ".join(chips) if chips else "only here" if len(shown.names) > 1 else ""
    return f'<div class="cs-also-line">{label}</div>'


def _text(shown: ComparisonView, column: int, hit: Hit, document: Document) -> str:
    whole = Span(hit.start, hit.end)
    entries = [Span(v.start, v.end) for v in hit.via if v.start is not None and v.end is not None and v.kind != "chunk"]
    others = [(name, found) for name, found in _others(shown, column, hit) if _partly([whole], found)]
    marks = Marks(union(entries), others)
    focus = entries[0] if entries else shown.cited(column, hit)
    part = excerpt(document.text, whole, focus)
    before, after = "… " if part.start > whole.start else "", " …" if part.end < whole.end else ""
    # Of a table whose cells stand on lines of their own, the first lines would be mostly blank.
    first = re.sub(r"\n\s*\n", "\n", marked_html(document.text, part, marks))
    preview = f'<div class="cs-text">{before}{first}{after}</div>'
    if part == whole:
        return preview
    full = marked_html(document.text, whole, marks)
    return (
        f'<details class="cs-details"><summary>{preview}<span class="cs-toggle"></span></summary>'
        f'<div class="cs-text cs-whole">{full}</div></details>'
    )


def _others(shown: ComparisonView, column: int, hit: Hit) -> list[tuple[str, list[Span]]]:
    return [(name, shown.found[i].get(hit.document, [])) for i, name in enumerate(shown.names) if i != column]


def _partly(hit: list[Span], found: Sequence[Span]) -> bool:
    """Underlining a text from end to end would say no more than the line above it does."""
    return 0 < length(intersection(hit, found)) < length(hit)


def empty_html(message: str) -> str:
    """Where there is nothing to show: why."""
    return f'<p class="cs-none">{escape(message)}</p>'


def waiting_html() -> str:
    """In the place of a column's answer and hits while the first comparison runs."""
    lines = "".join(f'<i style="width:{percent}%"></i>' for percent in (92, 80, 86, 40))
    return f'<div class="cs-waiting" aria-hidden="true">{lines}{lines}</div>'


def names_of(labels: Sequence[str]) -> list[str]:
    """Column names that can be told apart: equal ones are numbered."""
    return [
        f"{label} {labels[: i + 1].count(label)}" if list(labels).count(label) > 1 else label
        for i, label in enumerate(labels)
    ]
