"""Found by all, found only here, and how much the columns share, as HTML."""

from __future__ import annotations

from html import escape

from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.html.comparison_view import ComparisonView
from rag_core.html.palette import mark_html, title_html
from rag_core.pipeline.overlap import Found
from rag_core.text.numbers import percent
from rag_core.text.spans import length

_QUOTED_CHARACTERS = 900


def found_html(shown: ComparisonView, found: Found, nothing: str) -> str:
    """The stretches of text, in document order, each with its page; `nothing` where there are none."""
    items = [
        _stretch(shown, document, span)
        for document in shown.documents
        for span in found.get(document.id, [])
        if document.text[span.start : span.end].strip()
    ]
    if not items:
        return f'<p class="cs-none">{escape(nothing)}</p>'
    total = sum(map(length, found.values()))
    return f'<div class="cs-label">{total:,} characters</div><ul class="cs-found">{"".join(items)}</ul>'


def _stretch(shown: ComparisonView, document: Document, span: Span) -> str:
    text = document.text[span.start : span.end].strip()
    cut = text if len(text) <= _QUOTED_CHARACTERS else text[:_QUOTED_CHARACTERS].rsplit(" ", 1)[0]
    rest = f' <span class="cs-more">… {len(text) - len(cut):,} more characters</span>' if len(cut) < len(text) else ""
    pages = document.pages_of(*span)
    where = [document.name] if len(shown.documents) > 1 else []
    if pages and pages[0].width is not None:
        where.append(f"p {pages[0].number}" + (f"–{pages[-1].number}" if len(pages) > 1 else ""))  # noqa: RUF001
    badge = f'<span class="cs-badge">{escape(" · ".join(where))}</span>' if where else ""
    return f'<li>{badge}<div class="cs-text">{escape(cut)}{rest}</div></li>'


def shared_table_html(shown: ComparisonView) -> str:
    """Row by column: how much of what the row found the column found too."""
    head = "".join(f'<th scope="col" class="cs-c{i}">{title_html(i, n)}</th>' for i, n in enumerate(shown.names))
    rows = "".join(_row(shown, i) for i in range(len(shown.names)))
    about = "How much of the row's text, by characters, the column found too."
    return (
        f'<table class="cs-shared"><caption>{about}</caption><thead><tr><td></td>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _row(shown: ComparisonView, i: int) -> str:
    name = f'<th scope="row" class="cs-c{i}">{title_html(i, shown.names[i])}</th>'
    return f"<tr>{name}{''.join(_cell(shown, i, j) for j in range(len(shown.names)))}</tr>"


def _cell(shown: ComparisonView, i: int, j: int) -> str:
    share = shown.overlap.shared[i][j]
    if i == j:
        return f'<td class="cs-self">{mark_html(i)}</td>'
    if share is None:
        return '<td class="cs-none" title="The row found nothing">none</td>'
    title = f"{shown.names[j]} found {share:.1%} of what {shown.names[i]} found"
    return f'<td title="{escape(title)}" style="--share:{share:.3f}">{percent(share)}</td>'
