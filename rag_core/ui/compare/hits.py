"""A column's body: its answer and its hits, and the page on which a hit stands."""

from __future__ import annotations

import streamlit as st

from rag_core.documents import render_page
from rag_core.documents.document import Document, Page
from rag_core.errors import UserError
from rag_core.geometry import Span
from rag_core.html.cards import answer_html, empty_html, hit_html
from rag_core.html.comparison_view import ComparisonView
from rag_core.html.palette import MARKS
from rag_core.pipeline.results import Hit
from rag_core.ui.compare.answers import Writing
from rag_core.ui.shell.plain import plain

_PAGE_WIDTH_PX = 1000


def body(shown: ComparisonView, position: int, writing: Writing | None) -> None:
    """Answer, then hits by rank."""
    column = shown.comparison.columns[position]
    if writing is not None:
        with st.container(key=f"answer{position}", gap=None):
            writing.draw(position)
    elif column.answer:
        st.html(answer_html(shown, position, column.answer))
    if not column.hits:
        st.html(empty_html("Nothing was retrieved: the document gave no entries."))
    for hit in column.hits:
        with st.container(key=f"hit{position}-{hit.rank}", gap=None):
            st.html(hit_html(shown, position, hit))
            _page_button(shown, position, hit)


def _page_button(shown: ComparisonView, position: int, hit: Hit) -> None:
    document = shown.document(hit.document)
    if document.char_boxes is None:
        return
    if st.button("Show on the page", icon=":material/description:", key=f"page{position}-{hit.rank}", type="tertiary"):
        _page_dialog(document, position, hit)


@st.dialog("Where it stands", width="large")
def _page_dialog(document: Document, position: int, hit: Hit) -> None:
    pages = document.pages_of(hit.start, hit.end)
    page = pages[0]
    if len(pages) > 1:
        numbers = {f"Page {p.number}": p for p in pages}
        first = _page_of_best_match(document, hit, pages)
        chosen = st.segmented_control("Page", list(numbers), default=f"Page {first.number}", required=True)
        page = numbers[chosen or f"Page {first.number}"]
    matched = [Span(v.start, v.end) for v in hit.via if v.kind != "chunk" and v.start is not None and v.end is not None]
    colour = MARKS[position].light
    layers = [(document.boxes(hit.start, hit.end).get(page.number, []), colour, 0.22)]
    layers += [(document.boxes(*span).get(page.number, []), colour, 0.25) for span in matched[:1]]
    try:
        image = render_page(document, page.number, layers, width_px=_PAGE_WIDTH_PX)
    except UserError as error:
        st.warning(plain(str(error)))
        return
    st.image(image, width="stretch")
    st.caption(f"{plain(document.name)} · page {page.number} of {len(document.pages)}")


def _page_of_best_match(document: Document, hit: Hit, pages: list[Page]) -> Page:
    best = hit.via[0]
    if best.start is None or best.end is None or best.kind == "chunk":
        return pages[0]
    return document.pages_of(best.start, best.end)[0]
