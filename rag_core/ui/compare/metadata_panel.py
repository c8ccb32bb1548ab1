"""What a language model writes about chunks: progress, start and pause, import and export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from typing_extensions import override

from rag_core.documents.document import Document
from rag_core.embeddings.vectors import Vectors
from rag_core.enrichment.job import WritingJob
from rag_core.enrichment.records import IMPORTED
from rag_core.errors import UserError
from rag_core.html.metadata import busy_html, estimate_html, failures_html, status_html
from rag_core.html.status import progress_html
from rag_core.llms.base import ChatModel
from rag_core.pipeline import enrichment
from rag_core.pipeline.checks import checked
from rag_core.pipeline.enrichment import WritingRequest
from rag_core.pipeline.warm_up import load_text_tools
from rag_core.progress import Report
from rag_core.strategy import Strategy
from rag_core.ui.shell.dialogs import close_dialog, dialog, open_dialog
from rag_core.ui.shell.live import Live
from rag_core.ui.shell.plain import plain
from rag_core.ui.shell.session import session

_BUTTONS = 3  # while texts are written


class MetadataPanel(Live):
    """The panel of one column whose entries a language model writes."""

    def __init__(
        self, uid: int, strategy: Strategy, documents: Sequence[Document], llm: ChatModel | None, vectors: Vectors
    ) -> None:
        self._uid = uid
        self._of = (strategy, documents, llm, vectors)
        self._status = enrichment.status(strategy, documents, llm, vectors)
        self._job = None if llm is None else enrichment.writing_job(strategy, documents, llm, vectors)
        self._state = self._job.state if self._job else None
        self._place: DeltaGenerator | None = None

    @property
    def blocks_hits(self) -> bool:
        """Whether the column has no hits before this is done: it searches with the texts written so far."""
        return False

    @property
    def fingerprint(self) -> str:
        """Identifies the texts that the column searches.

        While a model writes, it changes only when the user asks for it: otherwise every rerun would find other hits,
        and pay for other answers.
        """
        searched = session().searched
        if self._state != "running" or self._uid not in searched:
            searched[self._uid] = self._status.fingerprint
        return searched[self._uid]

    def running(self) -> dict[str, WritingRequest]:
        """What its job writes, by the job's key, if it has one that goes on."""
        strategy, documents, llm, vectors = self._of
        if llm is None or self._job is None or self._job.ended:
            return {}
        request = WritingRequest(strategy, documents, llm, vectors)
        return {enrichment.writing_key(request): request}

    def _use(self) -> None:
        session().searched.pop(self._uid, None)

    @override
    def going_on(self) -> bool:
        return self._state == "running"

    @override
    def has_changed(self) -> bool:
        return self._job is not None and self._job.state != self._state

    @override
    def draw_again(self) -> None:
        if self._place is not None and self._job is not None:
            self._place.html(progress_html(self._job.progress()) + busy_html(self._job.waiting_s))

    def draw(self) -> None:
        """Draw counts, the job if there is one, and the buttons."""
        with st.container(key=f"metadata{self._uid}", gap="small"):
            st.html(status_html(self._status))
            if self._job is not None and not self._job.ended:
                self._running(self._job)
            else:
                self._resting()

    def _running(self, job: WritingJob) -> None:
        self._place = st.empty()
        self.draw_again()
        with st.container(horizontal=True, gap="small"):
            # One key: the other button would be seen beside this one until the run ends.
            if job.state == "paused":
                st.button("Resume", icon=":material/play_arrow:", key=f"pause{self._uid}", on_click=job.resume)
            else:
                st.button("Pause", icon=":material/pause:", key=f"pause{self._uid}", on_click=job.pause)
            st.button("Stop", icon=":material/stop_circle:", key=f"end{self._uid}", on_click=job.stop)
            about = "Search with the texts written so far"
            st.button("Use partial set", key=f"use{self._uid}", help=about, on_click=self._use)

    def _resting(self) -> None:
        place = st.empty()  # where the progress was
        if self._job is not None and (self._job.failures or self._job.error):
            place.html(failures_html(self._job.failures, self._job.error))
        left = self._status.texts - self._status.written
        with st.container(horizontal=True, gap="small"):
            if left and self._of[2] is None:
                st.caption("To write them, choose a language model under “Answers”, or import a set.")
            elif left:
                st.button(
                    f"Write the missing {left:,} …", key=f"write{self._uid}", type="primary",
                    on_click=open_dialog, args=(self._confirm,),
                )  # fmt: skip
            self._share()
            for _ in range(_BUTTONS):
                st.empty()  # takes an old button's place now, not when the last of the answers is written

    def _share(self) -> None:
        if self._status.written:
            st.download_button(
                "Export", lambda: enrichment.export_json(*self._of).encode(), "metadata.json", "application/json",
                key=f"export{self._uid}", on_click="ignore", help="The JSON file that LlamaIndex's notebook writes",
            )  # fmt: skip
        with st.popover("Import", help="A set made earlier, by this app or by LlamaIndex's notebook"):
            file = st.file_uploader("JSON file", type=["json"], key=f"import{self._uid}")
            if file is not None:
                st.button("Use this set", key=f"take{self._uid}", on_click=self._take, args=(file.getvalue(),))
            if refused := session().refused_sets.get(self._uid):
                st.warning(plain(refused), icon=":material/error:")
            if IMPORTED in self._status.models:
                st.button("Remove the imported set", key=f"forget{self._uid}", on_click=self._forget)

    def _forget(self) -> None:
        strategy, documents, _, vectors = self._of
        enrichment.forget_imported(strategy, documents, vectors)

    def _take(self, data: bytes) -> None:
        strategy, documents, _, vectors = self._of
        try:
            enrichment.import_json(data, strategy, documents, vectors)
        except UserError as error:
            session().refused_sets[self._uid] = str(error)
        else:
            session().refused_sets.pop(self._uid, None)

    @dialog("Write what is missing")
    def _confirm(self) -> None:
        strategy, documents, llm, vectors = self._of
        assert llm is not None
        try:
            st.html(estimate_html(enrichment.estimate(strategy, documents, llm, vectors), llm.name))
        except UserError as error:
            st.warning(plain(str(error)), icon=":material/error:")
            return
        with st.container(horizontal=True):
            st.button("Start", type="primary", key=f"start{self._uid}", on_click=self._start)
            st.button("Cancel", key=f"cancel{self._uid}", on_click=close_dialog)

    def _start(self) -> None:
        strategy, documents, llm, vectors = self._of
        assert llm is not None
        enrichment.start_writing(strategy, documents, llm, vectors)
        close_dialog()


def panels_of(
    strategies: Mapping[int, Strategy],
    opened: Sequence[Document],
    llm: ChatModel | None,
    vectors: Vectors,
    report: Report,
) -> dict[int, MetadataPanel]:
    """Panels of the columns whose entries a language model writes, by their position, as `strategies` are."""
    wanting = {i: strategy for i, strategy in strategies.items() if strategy.reference.written_texts}
    if not wanting:
        return {}
    state = session()
    load_text_tools(state.tokenizer, report)  # their chunks are cut to see what is written about them
    documents = checked(opened, list(wanting.values()), state.tokenizer)
    uids = [column.uid for column in state.columns]
    return {i: MetadataPanel(uids[i], strategy, documents, llm, vectors) for i, strategy in wanting.items()}
