"""The cuts on the page: figures and histogram of the whole document, and the chosen page with its text."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from rag_core.documents.document import Document, Page
from rag_core.embeddings.vectors import Vectors
from rag_core.errors import UserError
from rag_core.figures.sizes import histogram_alt, size_histogram
from rag_core.html.chunk_figures import chunk_basis_html, chunk_figures_html
from rag_core.html.chunks import Lane, chunks_html
from rag_core.html.page_cuts import Boxes, page_cuts_html
from rag_core.html.palette import MARKS
from rag_core.pipeline.aligned import boxes_on_page
from rag_core.pipeline.warm_up import load_text_tools
from rag_core.text.tokenizers import tokenizer_names
from rag_core.ui.chunks import lanes, steps
from rag_core.ui.chunks.cuts import Cuts, cuts_of
from rag_core.ui.chunks.excerpts import Excerpt
from rag_core.ui.shell.linked_page import linked_page
from rag_core.ui.shell.plain import plain
from rag_core.ui.shell.progress import ProgressLine
from rag_core.ui.shell.session import session

_UNIT = "tokens"
_HEIGHT_PX = 130


@dataclass(frozen=True)
class Frame:
    """Where on the page the parts of the results go; `figures` has a place for each lane."""

    status: DeltaGenerator
    figures: Sequence[DeltaGenerator]
    sizes: DeltaGenerator
    text: DeltaGenerator


@dataclass(frozen=True)
class Shown:
    """The document as the column's parser reads it and as it was opened, its excerpts, and the chosen one."""

    document: Document
    opened: Document
    excerpts: Sequence[Excerpt]
    excerpt: Excerpt


class Results:
    """The results of one run of the page."""

    def __init__(self, frame: Frame, shown: Shown, vectors: Vectors, positions: Sequence[int]) -> None:
        self._frame, self._shown, self._positions = frame, shown, positions
        self._vectors, self._model = vectors, vectors.model
        self._document = dataclasses.replace(shown.document, tokenizer=session().tokenizer)
        names = lanes.names()
        self._names = [names[position] for position in positions]

    def draw(self) -> None:
        """Cut the document and draw everything that follows from it."""
        try:
            report = ProgressLine(self._frame.status)
            load_text_tools(session().tokenizer, report)
            strategies = [session().columns[position].strategy for position in self._positions]
            cuts = [cuts_of(self._document, strategy, self._vectors, report) for strategy in strategies]
        except UserError as error:
            self._frame.status.warning(plain(str(error)))
            return
        limit = self._model.info.token_limit
        for lane, (place, cut, strategy) in enumerate(zip(self._frame.figures, cuts, strategies, strict=True)):
            place.html(chunk_figures_html(cut.sizes, _UNIT))
            steps.step_buttons(place, lane, cut, limit, self._shown.excerpts)
            if strategy.parser != strategies[0].parser:
                place.caption("The column's own parser is not used here: both chunkers cut the same text.")
        self._draw_page(cuts)
        self._draw_histogram(cuts)
        tokenizer = tokenizer_names()[session().tokenizer]
        self._frame.status.html(chunk_basis_html(self._document.parser, tokenizer, self._model.name, limit))

    def _draw_page(self, cuts: Sequence[Cuts]) -> None:
        drawn = [
            Lane(name, position, cut.chunks, cut.sizes, cut.truncated or [None] * len(cut.chunks), _UNIT, cut.is_late)
            for name, position, cut in zip(self._names, self._positions, cuts, strict=True)
        ]
        excerpt, here = self._shown.excerpt, steps.here(cuts)
        texts = chunks_html(self._document.text, drawn, excerpt.span, here)
        page = self._pictured()
        overlay = ""
        if page is not None and excerpt.page is not None:
            overlay = page_cuts_html(self._document, excerpt.page, page, drawn, self._boxes(page.number), here)
        with self._frame.text:
            if page is None:
                st.caption("This document has no pages to draw: its text alone is shown.")
            turn = f"{session().chunks.turn}"
            linked_page(self._shown.opened, page.number if page else None, overlay, texts, key="cuts", here=turn)

    def _pictured(self) -> Page | None:
        """The page of the file that is shown; None for plain text."""
        shown = self._shown.excerpt.page
        pages = self._shown.opened.pages
        return next(
            (page for page in pages if shown is not None and page.number == shown.number and page.width is not None),
            None,
        )

    def _boxes(self, number: int) -> Boxes:
        return lambda span: boxes_on_page(self._document, span).get(number, [])

    def _draw_histogram(self, cuts: Sequence[Cuts]) -> None:
        dark = st.context.theme.type == "dark"
        marks = [MARKS[position] for position in self._positions]
        sizes = {name: cut.sizes for name, cut in zip(self._names, cuts, strict=True)}
        colours = [mark.dark if dark else mark.light for mark in marks]
        figure = size_histogram(sizes, _UNIT, colours, patterns=self._positions, dark=dark)
        config = {"displayModeBar": False}
        alt = histogram_alt(sizes, _UNIT)
        self._frame.sizes.plotly_chart(figure, height=_HEIGHT_PX, theme=None, key="histogram", config=config, alt=alt)
