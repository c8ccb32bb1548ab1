"""A column's body: its answer and its hits, and the page on which a hit stands."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Protocol

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from rag_core.documents import render_page
from rag_core.documents.document import Document, Page
from rag_core.errors import UserError
from rag_core.geometry import Span
from rag_core.html.cards import answer_html, hit_html
from rag_core.html.comparison_view import ComparisonView
from rag_core.html.model_calls import model_calls_html
from rag_core.html.more_hits import more_hits_html
from rag_core.html.palette import MARKS
from rag_core.html.pieces import empty_html, failed_column_html, notices_html
from rag_core.html.why_sums import why_legend_html
from rag_core.stages.results import Hit
from rag_core.text.numbers import counted
from rag_core.ui.compare.answers import Writing
from rag_core.ui.compare.running import forget_errors
from rag_core.ui.compare.why_marks import Layer, WhyMarks, why_marks
from rag_core.ui.shell.dialogs import dialog, open_dialog
from rag_core.ui.shell.place import Place
from rag_core.ui.shell.plain import plain
from rag_core.ui.shell.session import session

_PAGE_WIDTH_PX = 1000
_MAX_CARDS = 20  # drawn at a time: a whole document has hundreds of hits


class Panel(Protocol):
    """Something that a column offers to do before it is complete: to write texts, or to read pages."""

    @property
    def blocks_hits(self) -> bool:
        """Whether the column has no hits before it is done."""

    def draw(self) -> None:
        """Draw it with its buttons."""


class ColumnBody:
    """What is below a column's head. Each of its widgets is drawn once in a run; their HTML can be drawn again."""

    def __init__(self, parent: DeltaGenerator, position: int) -> None:
        self._place = Place(parent)
        self.position = position
        self._hits: list[tuple[Hit, DeltaGenerator]] = []
        self.drawn = False

    def wait(self, html: str) -> None:
        """Show this until the column is ready."""
        self._place.html(html)

    def draw(self, shown: ComparisonView, writing: Writing | None, panels: Sequence[Panel], *, complete: bool) -> None:
        """Answer, then hits by rank. Unless all columns are there, without what compares them; see `complete`."""
        self.drawn = True
        column = shown.comparison.columns[self.position]
        with self._place.container():
            if column.notices:
                st.html(notices_html(column))
            for panel in panels:
                panel.draw()
            if asked := model_calls_html(column, shown.comparison.question):
                st.html(asked)
            if writing is not None:
                with st.container(key=f"answer{self.position}", gap=None):
                    writing.draw(self.position)
            elif column.answer:
                st.html(answer_html(shown, self.position, column.answer))
            if legend := why_legend_html(shown, self.position):
                st.html(legend)
            if column.error and any(panel.blocks_hits for panel in panels):
                return
            if column.error:
                st.html(failed_column_html(column.error))
                st.button(
                    "Try again", icon=":material/refresh:", key=f"again{self.position}", type="tertiary",
                    on_click=forget_errors,
                )  # fmt: skip
            elif not column.hits:
                st.html(empty_html("Nothing was retrieved: the index has no entries."))
            self._draw_hits(shown, column.hits, complete)

    def complete(self, shown: ComparisonView) -> None:
        """All columns are there: draw the score axis that they share, and what of a hit others found too."""
        for hit, place in self._hits:
            place.html(hit_html(shown, self.position, hit))

    def _draw_hits(self, shown: ComparisonView, hits: Sequence[Hit], complete: bool) -> None:
        """The first hits as cards, the others as a list, of which a button makes more cards."""
        state = session()
        name = f"{state.columns[self.position].uid} {state.question}"
        count = state.hits_shown.get(name, _MAX_CARDS)
        for hit in hits[:count]:
            self._draw_hit(shown, hit, complete)
        if rest := hits[count:]:
            st.html(more_hits_html(shown, self.position, rest))
            st.button(
                f"Show {min(len(rest), _MAX_CARDS)} of {counted(len(rest), 'more hit')}", icon=":material/expand_more:",
                key=f"more{self.position}", type="tertiary", on_click=_show_more, args=(name, count),
            )  # fmt: skip

    def _draw_hit(self, shown: ComparisonView, hit: Hit, complete: bool) -> None:
        html = hit_html(shown, self.position, hit, complete=complete)
        with st.container(key=f"hit{self.position}-{hit.rank}", gap=None):
            place = st.html(html)
            self._hits.append((hit, place))
            _page_button(shown, self.position, hit)


def _show_more(name: str, count: int) -> None:
    session().hits_shown[name] = count + _MAX_CARDS


def _page_button(shown: ComparisonView, position: int, hit: Hit) -> None:
    document = shown.document(hit.document)
    if document.char_boxes is None:
        return
    st.button(
        "Show on the page", icon=":material/description:", key=f"page{position}-{hit.rank}", type="tertiary",
        on_click=open_dialog, args=(partial(_page_dialog, document, position, hit, why_marks(shown, position, hit)),),
    )  # fmt: skip


@dialog("Page of the document", width="large")
def _page_dialog(document: Document, position: int, hit: Hit, why: WhyMarks | None) -> None:
    pages = document.pages_of(hit.start, hit.end)
    page = pages[0]
    if len(pages) > 1:
        numbers = {f"Page {p.number}": p for p in pages}
        first = _page_of_best_match(document, hit, pages) if why is None else document.pages_of(*why.strongest)[0]
        chosen = st.segmented_control("Page", list(numbers), default=f"Page {first.number}", required=True)
        page = numbers[chosen or f"Page {first.number}"]
    colour = MARKS[position].light
    layers = _layers(document, page, hit) if why is None else why.layers(document, page)
    highlights = [(boxes, colour, opacity) for boxes, opacity in layers]
    try:
        image = render_page(document, page.number, highlights, width_px=_PAGE_WIDTH_PX)
    except UserError as error:
        st.warning(plain(str(error)))
        return
    if why is not None:
        st.html(why.legend)
    st.image(image, width="stretch")
    st.caption(f"{plain(document.label)} · page {page.number} of {len(document.pages)}")


def _layers(document: Document, page: Page, hit: Hit) -> Sequence[Layer]:
    matched = [Span(v.start, v.end) for v in hit.via if v.kind != "chunk" and v.start is not None and v.end is not None]
    layers = [(document.boxes(hit.start, hit.end).get(page.number, []), 0.22)]
    return [*layers, *((document.boxes(*span).get(page.number, []), 0.25) for span in matched[:1])]


def _page_of_best_match(document: Document, hit: Hit, pages: list[Page]) -> Page:
    best = hit.via[0]
    if best.start is None or best.end is None or best.kind == "chunk":
        return pages[0]
    return document.pages_of(best.start, best.end)[0]
