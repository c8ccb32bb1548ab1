"""A column's body: its answer and its hits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from rag_core.html.cards import answer_html, hit_html
from rag_core.html.comparison_view import ComparisonView
from rag_core.html.model_calls import model_calls_html
from rag_core.html.more_hits import more_hits_html
from rag_core.html.pieces import empty_html, failed_column_html, notices_html
from rag_core.html.why_sums import why_legend_html
from rag_core.stages.results import Hit
from rag_core.text.numbers import counted
from rag_core.ui.compare.answers import Writing
from rag_core.ui.shell.place import Place
from rag_core.ui.shell.session import forget_errors, session

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
            self._hits.append((hit, st.html(html)))


def _show_more(name: str, count: int) -> None:
    session().hits_shown[name] = count + _MAX_CARDS
