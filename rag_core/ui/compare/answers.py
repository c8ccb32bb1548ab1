"""Answers that a language model writes: a place in every column, and the loop that draws them as they come.

The work is done elsewhere (answers/jobs.py) and goes on whatever is clicked; here it is only looked at.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from rag_core.answers.jobs import AnswerJob, AnswerJobs
from rag_core.answers.side_by_side import with_answer
from rag_core.documents.document import Document
from rag_core.embeddings.vectors import Vectors
from rag_core.html.generated import failed_html, generated_html, streaming_html
from rag_core.llms.base import ChatModel
from rag_core.llms.prices import prices_date
from rag_core.pipeline.results import Column, Comparison


class Writing:
    """The answers of one comparison, column by column."""

    def __init__(
        self,
        comparison: Comparison,
        documents: Sequence[Document],
        llm: ChatModel,
        vectors: Vectors,
        uids: Sequence[int],
    ) -> None:
        """Starts what is not there yet; `uids` are the columns' own numbers."""
        self._columns = comparison.columns
        self._llm = llm
        self._uids = uids
        self._jobs_of_session: AnswerJobs = st.session_state.setdefault("answer_jobs", AnswerJobs())
        self._jobs = [
            self._jobs_of_session.get(comparison.question, column, documents, llm, vectors)
            for column in comparison.columns
        ]
        self._jobs_of_session.keep(self._jobs)
        self._states = [job.state for job in self._jobs]
        self._places: dict[int, DeltaGenerator] = {}
        self.comparison = comparison.model_copy(update={"columns": self._answered()})

    def going_on(self) -> bool:
        """See Live."""
        return "running" in self._states

    def has_changed(self) -> bool:
        """See Live."""
        return [job.state for job in self._jobs] != self._states

    def draw_again(self) -> None:
        """See Live."""
        for position in self._places:
            self._stream(position)

    def draw(self, position: int) -> None:
        """The column's answer as it is now, and what can be done with it."""
        job, uid, place = self._jobs[position], self._uids[position], st.empty()
        if self._states[position] == "running":
            self._places[position] = place
            st.button("Stop", icon=":material/stop_circle:", key=f"stop{uid}", type="tertiary", on_click=job.stop)
            self._stream(position)
            return
        place.html(self._finished(position, self._columns[position], job))
        if job.state in ("failed", "stopped"):
            label = "Try again" if job.state == "failed" else "Write it anew"
            retry = self._jobs_of_session.retry
            st.button(label, icon=":material/refresh:", key=f"retry{uid}", type="tertiary", on_click=retry, args=(job,))
        else:
            st.empty()  # takes the old button's place now, not when the last of the answers is written

    def _stream(self, position: int) -> None:
        job = self._jobs[position]
        html = streaming_html(position, self._llm.name, job)
        self._places[position].html(html)

    def _finished(self, position: int, column: Column, job: AnswerJob) -> str:
        if job.answer is None:
            return failed_html(position, self._llm.name, job.error or "", job.text)
        return generated_html(position, job.answer, column.hits, prices_date(self._llm))

    def _answered(self) -> list[Column]:
        return [with_answer(column, job) for column, job in zip(self._columns, self._jobs, strict=True)]


def stop_all() -> None:
    """Where no answers are shown any more, none are waited and paid for."""
    jobs: AnswerJobs | None = st.session_state.get("answer_jobs")
    if jobs is not None:
        jobs.keep([])
