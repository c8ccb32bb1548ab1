"""The documents from first to last page, one lane a strategy with its hits in it, and each column's figures."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from rag_core.documents.document import Document
from rag_core.html.column_figures import FIGURES
from rag_core.html.palette import title_html
from rag_core.pipeline.results import Column, Hit

_MOST_TICKS = 12
_LAST_TICK_PERCENT = 97  # on a phone, a number further right would leave the screen


class _Scale(NamedTuple):
    """Where each document begins on the ribbon, in characters, and how many there are in all."""

    offsets: dict[str, int]
    total: int

    def percent(self, document: str, character: int) -> float:
        return 100 * (self.offsets[document] + character) / self.total


def ribbon_html(columns: Sequence[Column | None], documents: Sequence[Document], names: Sequence[str]) -> str:
    """`names` are the columns' names as the page shows them; the lane of a column that is not ready (None) is empty."""
    scale = _scale(documents)
    head = "".join(f'<div class="cs-num"><abbr title="{escape(f.definition)}">{f.label}</abbr></div>' for f in FIGURES)
    axis = f'<div class="cs-axis">{_ticks(documents, scale)}</div>'
    rows = "".join(_row(i, column, name, scale) for i, (column, name) in enumerate(zip(columns, names, strict=True)))
    return f'<div class="cs-ribbon"><div class="cs-row cs-head"><div></div>{axis}{head}</div>{rows}</div>'


def _row(i: int, column: Column | None, name: str, scale: _Scale) -> str:
    hits = column.hits if column else []
    marks = "".join(_hit(i, hit, scale) for hit in reversed(hits))
    numbers = "".join(
        f'<div class="cs-num" data-label="{figure.label}" title="{escape(figure.definition)}">'
        f"{figure.text(column) if column else '·'}</div>"
        for figure in FIGURES
    )
    found = ", ".join(f"rank {hit.rank} on page {_pages(hit)}" for hit in hits)
    lane = f'<div class="cs-lane" role="group" aria-label="{escape(name)}: {escape(found) or "nothing"}">{marks}</div>'
    return f'<div class="cs-row cs-c{i}"><div class="cs-title">{title_html(i, name)}</div>{lane}{numbers}</div>'


def _hit(i: int, hit: Hit, scale: _Scale) -> str:
    left = scale.percent(hit.document, hit.start)
    width = scale.percent(hit.document, hit.end) - left
    about = f"rank {hit.rank} · score {hit.score:.3f} · page {_pages(hit)}"
    return (
        f'<a class="cs-mark cs-p{i}" href="#hit-{i}-{hit.rank}" title="{about}"'
        f' style="left:{left:.3f}%;width:max({width:.3f}%,5px)"></a>'
    )


def _pages(hit: Hit) -> str:
    return f"{hit.pages[0]}–{hit.pages[-1]}" if len(hit.pages) > 1 else "".join(map(str, hit.pages))  # noqa: RUF001


def _scale(documents: Sequence[Document]) -> _Scale:
    offsets, total = {}, 0
    for document in documents:
        offsets[document.id] = total
        total += len(document.text)
    return _Scale(offsets, max(total, 1))


def _ticks(documents: Sequence[Document], scale: _Scale) -> str:
    if len(documents) > 1:
        labels = [(scale.percent(d.id, 0), d.name) for d in documents]
        return "".join(
            f'<span class="cs-tick cs-doc" style="left:{left:.3f}%;max-width:{100 / len(documents):.0f}%">'
            f"{escape(name)}</span>"
            for left, name in labels
        )
    document = documents[0]
    if document.pages[0].width is None:
        return "".join(f'<span class="cs-tick" style="left:{share}%">{share} %</span>' for share in (0, 25, 50, 75))
    step = -(-len(document.pages) // _MOST_TICKS)
    return "".join(
        f'<span class="cs-tick" style="left:{scale.percent(document.id, page.start):.3f}%">'
        f"{'page ' if page.number == 1 else ''}{page.number}</span>"
        for page in document.pages[::step]
        if scale.percent(document.id, page.start) <= _LAST_TICK_PERCENT
    )
