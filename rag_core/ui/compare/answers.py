"""Answers that a language model writes: started, shown while they stream, stopped and retried, column by column.

The jobs run in the background (answers/jobs.py) and go on whatever is clicked.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from typing_extensions import override

from rag_core.answers.jobs import AnswerJob, AnswerJobs
from rag_core.documents.document import Document
from rag_core.embeddings.vectors import Vectors
from rag_core.html.generated import failed_html, generated_html, streaming_html
from rag_core.llms.base import ChatModel
from rag_core.llms.prices import prices_date
from rag_core.pipeline.answers import request_for, with_answer
from rag_core.pipeline.results import Column
from rag_core.ui.shell.live import Live
from rag_core.ui.shell.runs import give_way
from rag_core.ui.shell.session import session
from rag_core.ui.shell.wanted import want


class _ColumnAnswer:
    """The answer of one column: its job, the state that the job had when this run began, and where it is drawn."""

    def __init__(self, job: AnswerJob, column: Column, uid: int) -> None:
        self.job, self.column, self.uid = job, column, uid
        self.state = job.state
        self.place: DeltaGenerator | None = None


class HeldAnswers:
    """The answers of a session, which are stopped when it leaves; its page begins them again."""

    def __init__(self, jobs: AnswerJobs) -> None:
        self.key = id(jobs)
        self._jobs = jobs

    def begin(self) -> None:
        """Nothing: the page begins each answer when its column is ready."""

    def end(self) -> None:
        """Stop all answers that are being written."""
        self._jobs.keep([])


class Writing(Live):
    """The answers of one comparison, column by column."""

    def __init__(self, question: str, documents: Sequence[Document], llm: ChatModel, vectors: Vectors) -> None:
        self._question, self._documents, self._llm, self._vectors = question, documents, llm, vectors
        self._jobs = session().answer_jobs
        want("answers", HeldAnswers(self._jobs))
        self._answers: dict[int, _ColumnAnswer] = {}

    def begin(self, position: int, uid: int, column: Column) -> Column:
        """Start the column's answer unless it exists; returns the column with the answer, as far as there is one.

        A column with an error gets none.
        """
        if column.error:
            return column
        give_way()  # an answer costs money, and the user may have left
        job = self._jobs.get(request_for(self._question, column, self._documents, self._llm, self._vectors.cache))
        self._answers[position] = _ColumnAnswer(job, column, uid)
        return with_answer(column, job)

    def stop_others(self) -> None:
        """Once all columns have begun: stop the jobs of other comparisons, which would still cost money."""
        self._jobs.keep([answer.job for answer in self._answers.values()])

    @override
    def going_on(self) -> bool:
        return any(answer.state == "running" for answer in self._answers.values())

    @override
    def has_changed(self) -> bool:
        return any(answer.job.state != answer.state for answer in self._answers.values())

    @override
    def draw_again(self) -> None:
        for position, answer in self._answers.items():
            if answer.place is not None:
                answer.place.html(streaming_html(position, self._llm.name, answer.job))

    def draw(self, position: int) -> None:
        """Draw the column's answer as it is now, with buttons to stop or retry it; nothing where it has none."""
        if position not in self._answers:
            return
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
    """Stop all jobs, when the page shows no answers that they could be for."""
    session().answer_jobs.keep([])
