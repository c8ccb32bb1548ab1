"""The Chunks page: where the chunkers of one or two columns cut a document, and what they cut through."""

from __future__ import annotations

import streamlit as st

from rag_core.documents.document import Document
from rag_core.errors import UserError
from rag_core.pipeline.column_documents import column_documents
from rag_core.pipeline.long_reading import unread
from rag_core.stages.resources import ParserResources, ReadingResources
from rag_core.strategy import Strategy
from rag_core.ui.chunks import lanes
from rag_core.ui.chunks.excerpts import excerpts
from rag_core.ui.chunks.results import Frame, Results, Shown
from rag_core.ui.shell import address, documents, llm, models, reading, reconnected, scans, writing
from rag_core.ui.shell.chosen_document import choose_document
from rag_core.ui.shell.live import watch
from rag_core.ui.shell.page_reading import ReadingBox, hold_readings
from rag_core.ui.shell.plain import plain
from rag_core.ui.shell.progress import reading_shown
from rag_core.ui.shell.session import session, widget_key
from rag_core.ui.shell.start import painted
from rag_core.ui.shell.top import top_row
from rag_core.ui.shell.view import budgeted

CHUNKS = "Chunks"
_MAX_MESSAGES = 6


def chunks_page() -> None:
    """The page from top to bottom: slots are claimed in order, and filled as soon as their content is there."""
    reconnected.restore(CHUNKS)
    links = top_row()
    messages = st.container(key="messages")
    positions = lanes.shown_columns()
    controls = st.container(horizontal=True, vertical_alignment="center", key="shared", gap="medium")
    figures, sizes = lanes.lane_heads(positions)
    frame = Frame(st.container(key="status").empty(), figures, sizes, st.container(key="text"))
    with messages:
        address.show_problems()
        models.offer_linked()
        llm.offer_linked()
        documents.take_uploads(frame.status)
        opened = documents.chosen()
        offers = scans.offer_ocr(opened)
        vectors = models.vectors(frame.status)
        chat_model = llm.chat_model()
        for _ in range(_MAX_MESSAGES):
            st.empty()  # takes an old message's place now, not at the end of the run
    with controls:
        resources = ParserResources(chat_model, vectors.cache) if vectors else ParserResources(chat_model)
        chosen = choose_document(opened, "chunks") if opened else None
        strategy = session().columns[positions[0]].strategy
        with reading_shown(frame.status):
            boxes = _unread(strategy, chosen, resources) if chosen else []
            shown = _choose_excerpt(chosen, strategy, resources) if chosen and not boxes else None
        lanes.add_button(positions)
    reconnected.write()
    links.draw()
    painted()
    reading.hold(opened, [budgeted(column.strategy) for column in session().columns], vectors)
    writing.hold_written({}, opened)
    if shown and vectors:
        Results(frame, shown, vectors, positions).draw()
    elif boxes:
        with frame.text:
            for box in boxes:
                box.draw()
        hold_readings(boxes, None)
    watch([*offers, *boxes])


def _unread(strategy: Strategy, chosen: Document, resources: ReadingResources) -> list[ReadingBox]:
    """The offer to read the document's pages, where the strategy's parser has some left to read."""
    found = unread(strategy.parser, [chosen], resources)
    return [ReadingBox(f"chunks-{number}", chosen.label, reading) for number, reading in enumerate(found)]


def _choose_excerpt(chosen: Document, strategy: Strategy, resources: ReadingResources) -> Shown | None:
    """Which page is shown of the document, as the strategy's parser reads it."""
    try:
        [document] = column_documents(strategy, [chosen], resources).documents
    except UserError as error:
        st.warning(plain(str(error)), icon=":material/error:")
        return None
    state, parts = session().chunks, excerpts(document)
    if state.document_id not in ("", document.id):
        state.excerpt, state.step = 1, None
    state.document_id, state.excerpt = document.id, min(state.excerpt, len(parts))
    if len(parts) > 1:
        key = widget_key(f"excerpt-{document.id}-{state.turn}")
        what = "Page" if parts[0].page else "Part"
        state.excerpt = st.number_input(
            what, 1, len(parts), state.excerpt, key=key, label_visibility="collapsed", width=130
        )
    excerpt = parts[state.excerpt - 1]
    st.caption(f"{plain(document.label)}, {excerpt.label}", width="content")
    return Shown(document, chosen, parts, excerpt)
