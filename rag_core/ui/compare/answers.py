"""Answers that a language model writes: a place in every column, and the loop that draws them as they come.

The work is done elsewhere (answers/jobs.py) and goes on whatever is clicked; here it is only looked at.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from rag_core.answers.jobs import AnswerJob
from rag_core.documents.document import Document
from rag_core.embeddings.vectors import Vectors
from rag_core.html.generated import failed_html, generated_html, streaming_html
from rag_core.llms.base import ChatModel
from rag_core.llms.prices import prices_date
from rag_core.pipeline.answers import request_for, with_answer
from rag_core.pipeline.results import Column
from rag_core.ui.shell.session import session


class _ColumnAnswer:
    """The answer of one column: its job, the state that the job had when this run began, and where it is drawn."""

    def __init__(self, job: AnswerJob, column: Column, uid: int) -> None:
        self.job, self.column, self.uid = job, column, uid
        self.state = job.state
        self.place: DeltaGenerator | None = None


class Writing:
    """The answers of one comparison, column by column."""

    def __init__(self, question: str, documents: Sequence[Document], llm: ChatModel, vectors: Vectors) -> None:
        self._question, self._documents, self._llm, self._vectors = question, documents, llm, vectors
        self._jobs = session().answer_jobs
        self._answers: dict[int, _ColumnAnswer] = {}

    def begin(self, position: int, uid: int, column: Column) -> Column:
        """Have the column's answer written, unless it is there already; returns the column with what there is of it."""
        job = self._jobs.get(request_for(self._question, column, self._documents, self._llm, self._vectors.cache))
        self._answers[position] = _ColumnAnswer(job, column, uid)
        return with_answer(column, job)

    def stop_others(self) -> None:
        """Once all columns have begun: nothing else is waited and paid for."""
        self._jobs.keep([answer.job for answer in self._answers.values()])

    def going_on(self) -> bool:
        """See Live."""
        return any(answer.state == "running" for answer in self._answers.values())

    def has_changed(self) -> bool:
        """See Live."""
        return any(answer.job.state != answer.state for answer in self._answers.values())

    def draw_again(self) -> None:
        """See Live."""
        for position, answer in self._answers.items():
            if answer.place is not None:
                answer.place.html(streaming_html(position, self._llm.name, answer.job))

    def draw(self, position: int) -> None:
        """The column's answer as it is now, and what can be done with it."""
        answer, place = self._answers[position], st.empty()
        job, uid = answer.job, answer.uid
        if answer.state == "running":
            answer.place = place
            st.button("Stop", icon=":material/stop_circle:", key=f"stop{uid}", type="tertiary", on_click=job.stop)
            place.html(streaming_html(position, self._llm.name, job))
            return
        place.html(self._finished(position, answer.column, job))
        if job.state in ("failed", "stopped"):
            text = "Try again" if job.state == "failed" else "Write it again"
            retry = self._jobs.retry
            st.button(text, icon=":material/refresh:", key=f"retry{uid}", type="tertiary", on_click=retry, args=(job,))
        else:
            st.empty()  # takes the old button's place now, not when the last of the answers is written

    def _finished(self, position: int, column: Column, job: AnswerJob) -> str:
        if job.answer is None:
            return failed_html(position, self._llm.name, job.error or "", job.text)
        return generated_html(position, job.answer, column.hits, prices_date(self._llm))


def stop_all() -> None:
    """Where no answers are shown any more, none are waited and paid for."""
    session().answer_jobs.keep([])
