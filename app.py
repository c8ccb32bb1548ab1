"""Compare, the first screen: strategies side by side on the same documents and question."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from rag_core.documents.document import Document
from rag_core.embeddings.vectors import Vectors
from rag_core.errors import UserError
from rag_core.html.cards import empty_html, names_of, waiting_html
from rag_core.html.comparison_view import ComparisonView
from rag_core.html.ribbon import ribbon_html
from rag_core.html.status import basis_html
from rag_core.llms.base import ChatModel
from rag_core.pipeline.indexing import checked
from rag_core.pipeline.results import Comparison
from rag_core.pipeline.warm_up import load_text_tools
from rag_core.strategy import Strategy
from rag_core.ui.compare import ask, below, columns, hits, phone, running
from rag_core.ui.compare.answers import Writing, stop_all
from rag_core.ui.compare.metadata_panel import MetadataPanel, wants_llm
from rag_core.ui.shell import documents, llm, models, view
from rag_core.ui.shell.live import watch
from rag_core.ui.shell.plain import plain
from rag_core.ui.shell.setup import setup_page
from rag_core.ui.shell.start import painted

_MOST_MESSAGES = 6


def main() -> None:
    """The page from top to bottom: slots are claimed in order, and filled as soon as their content is there."""
    setup_page("Compare")
    view.restore()
    with st.container(horizontal=True, vertical_alignment="center", key="top"):
        st.html('<h1 class="cs-wordmark">Chunkscope</h1>', width="content")
        documents.document_picker()
        documents.upload_popover()
    ask.question_form()
    ask.suggestions()
    ask.shared_settings()
    messages = st.container(key="messages")
    # In a container that keeps its height: an empty slot has none, and what is below would jump.
    status, ribbon = st.container(key="status").empty(), st.container(key="ribbon")
    phone.tabs()
    bodies = _columns()
    rest = st.container(key="below")
    with messages:
        view.show_link_problems()
        models.offer_linked()
        llm.offer_linked()
        documents.take_uploads(status)
        opened = documents.chosen()
        vectors = models.vectors(status)
        chat_model = llm.chat_model()
        for _ in range(_MOST_MESSAGES):
            st.empty()  # takes an old message's place now, not when the last of the answers is written
    # Before the comparison, so that a reload while it runs, or a click, finds the view in the address.
    view.write(st.session_state["wanted"])
    painted()
    if opened and vectors:
        _compare(opened, vectors, chat_model, status, ribbon, bodies, rest)


def _columns() -> list[DeltaGenerator]:
    """The columns' heads; returns a slot for each body, with what is wrong with its settings in it."""
    bodies = []
    for i, (slot, column) in enumerate(zip(st.columns(len(view.columns())), view.columns(), strict=True)):
        with slot, st.container(key=f"column{i}"):
            problem = columns.head(i, column)
            bodies.append(st.container(key=f"body{i}"))
            if problem:
                shown = f"Until then, this column shows {column.strategy.short()}."
                bodies[-1].warning(plain(f"{problem} {shown}"), icon=":material/tune:")
    return bodies


def _compare(
    opened: Sequence[Document],
    vectors: Vectors,
    chat_model: ChatModel | None,
    status: DeltaGenerator,
    ribbon: DeltaGenerator,
    bodies: Sequence[DeltaGenerator],
    rest: DeltaGenerator,
) -> None:
    question = st.session_state["question"]
    strategies = [view.budgeted(column.strategy) for column in view.columns()]
    names = names_of([columns.title(strategy) for strategy in strategies])
    if not question:
        stop_all()
        status.html(basis_html(opened, vectors.model, chat_model))
        ribbon.html(ribbon_html(None, opened, names))
        bodies[0].html(empty_html("Ask a question above: what each strategy retrieves appears here, side by side."))
        return
    # Until the new one is there, the last ribbon stays in its place; where there is none, an empty one keeps it.
    slot = ribbon if running.has_results() else ribbon.empty()
    # First in every body, drawn in or not: what follows must stand in the same place in every run, or the old and the
    # new would both be seen until the run ends.
    waiting = [body.empty() for body in bodies]
    if not running.has_results():
        slot.html(ribbon_html(None, opened, names))
        for place in waiting:
            place.html(waiting_html())
    try:
        panels = _metadata_panels(strategies, opened, chat_model, vectors, status)
        written = [panel.fingerprint for panel in panels.values()]
        comparison = running.run(opened, question, strategies, vectors, chat_model, written, status)
    except UserError as error:
        stop_all()
        status.warning(plain(str(error)))
        return
    status.html(basis_html(opened, vectors.model, chat_model, vectors.cache.problem))
    for place in waiting:
        place.empty()
    writing = _writing(comparison, opened, chat_model, vectors)
    shown = ComparisonView(writing.comparison if writing else comparison, opened, names)
    slot.html(ribbon_html(shown.comparison, opened, names))
    for i, body in enumerate(bodies):
        with body:
            if i in panels:
                panels[i].draw()
            hits.body(shown, i, writing)
    with rest:
        below.found_sections(shown)
        below.downloads(shown, vectors.model)
    watch([*panels.values(), *([writing] if writing else [])])


def _writing(
    comparison: Comparison, opened: Sequence[Document], chat_model: ChatModel | None, vectors: Vectors
) -> Writing | None:
    """The answers that a chat model writes, where one is chosen."""
    if chat_model is None:
        stop_all()
        return None
    return Writing(comparison, opened, chat_model, vectors, [column.uid for column in view.columns()])


def _metadata_panels(
    strategies: Sequence[Strategy],
    opened: Sequence[Document],
    chat_model: ChatModel | None,
    vectors: Vectors,
    status: DeltaGenerator,
) -> dict[int, MetadataPanel]:
    """Those of the columns whose entries a language model writes, by their position."""
    wanting = {i: strategy for i, strategy in enumerate(strategies) if wants_llm(strategy)}
    if not wanting:
        return {}
    tokenizer = st.session_state["tokenizer"]
    load_text_tools(tokenizer, running.ProgressLine(status))  # their chunks are cut to see what is written of them
    documents = checked(opened, strategies, tokenizer)
    uids = [column.uid for column in view.columns()]
    return {i: MetadataPanel(uids[i], strategy, documents, chat_model, vectors) for i, strategy in wanting.items()}


main()
