"""The Parsers page: a page of a document as two or three parsers read it, and what went wrong in each."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from rag_core.documents.document import Document
from rag_core.stages.resources import ParserResources
from rag_core.ui.parsers import heads
from rag_core.ui.parsers.reads import Reading, readings, readings_at_once
from rag_core.ui.parsers.results import draw, draw_page
from rag_core.ui.shell import address, documents, llm, models, reading, reconnected, scans, writing
from rag_core.ui.shell.chosen_document import choose_document
from rag_core.ui.shell.live import watch
from rag_core.ui.shell.page_reading import hold_readings
from rag_core.ui.shell.plain import plain
from rag_core.ui.shell.progress import reading_shown
from rag_core.ui.shell.session import session, widget_key
from rag_core.ui.shell.start import painted
from rag_core.ui.shell.top import top_row

PARSERS = "Parsers"
_MAX_MESSAGES = 6


def parsers_page() -> None:
    """The page from top to bottom: slots are claimed in order, and filled as soon as their content is there."""
    reconnected.restore(PARSERS)
    links = top_row()
    messages = st.container(key="messages")
    controls = st.container(horizontal=True, vertical_alignment="center", key="shared", gap="medium")
    columns = st.container(key="parsers")
    status, slot = st.container(key="status").empty(), st.container(key="text").empty()
    with messages:
        address.show_problems()
        models.offer_linked()
        llm.offer_linked()
        documents.take_uploads(status)
        opened = documents.chosen()
        offers = scans.offer_ocr(opened)
        chat_model = llm.chat_model()
        for _ in range(_MAX_MESSAGES):
            st.empty()  # takes an old message's place now, not at the end of the run
    found: list[Reading] = []
    if opened:
        with controls:
            document = choose_document(opened, "parsers")
            parsers = heads.shown_parsers(document)
        with columns:
            places = heads.heads(document, parsers)
        resources = ParserResources(chat_model)
        if (known := readings_at_once(document, parsers, resources)) is not None:
            draw_page(
                document, known, slot.container(), _within(session().parsers.page, document), "parsers_page_first"
            )
            for place in places:  # the figures of what was shown before are not those of this document
                place.caption("Counted as soon as all parsers are done.")
        with reading_shown(status):
            found = readings(document, parsers, resources)
        with controls:
            number = _choose_page(document, found)
            heads.add_button(document, parsers)
    reconnected.write()
    links.draw()
    painted()
    reading.hold(opened, [], None)
    writing.hold_written({}, opened)
    boxes = [box for one in found for box in one.boxes]
    hold_readings(boxes, None)
    if opened:
        draw(document, found, places, slot.container(), number)
    watch([*boxes, *offers])


def _within(number: int, document: Document) -> int:
    return min(max(number, document.pages[0].number), document.pages[-1].number)


def _choose_page(document: Document, found: Sequence[Reading]) -> int:
    """The number of the page that is shown, of those that any of the texts has."""
    texts = [one.document for one in found if one.document is not None and not one.document.is_unpaged]
    known = sorted({page.number for text in texts or [document] for page in text.pages})
    state = session().parsers
    state.page = min(max(state.page, known[0]), known[-1])
    if len(known) > 1:
        key = widget_key(f"parsers_page-{document.id}-{state.turn}")
        state.page = st.number_input(
            "Page", known[0], known[-1], state.page, key=key, label_visibility="collapsed", width=130
        )
    st.caption(f"{plain(document.label)}, page {state.page} of {known[-1]}", width="content")
    return state.page
