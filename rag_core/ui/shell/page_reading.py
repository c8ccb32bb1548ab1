"""Pages that are read one by one, on the page: what it takes, a button that starts it, progress, and stopping it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from typing_extensions import override

from rag_core.errors import UserError
from rag_core.html.page_reading import reading_problems_html
from rag_core.html.status import progress_html
from rag_core.parts.parser.offer import Offer
from rag_core.pipeline.long_reading import (
    hold_reading,
    offer_of,
    reading_job,
    reading_key,
    release_reading,
    start_reading,
)
from rag_core.pipeline.reading_job import PageReading, ReadingJob
from rag_core.text.numbers import counted
from rag_core.ui.shell.live import Live
from rag_core.ui.shell.plain import plain
from rag_core.ui.shell.session import session
from rag_core.ui.shell.wanted import want


class ReadingBox(Live):
    """What a parser has left to read of one file. `name` is part of its widgets' keys, `label` what the file is called.

    `offer` is None if all pages are read.
    """

    def __init__(self, name: str, label: str, reading: PageReading) -> None:
        self.reading = reading
        self.offer = offer_of(reading)
        self._name, self._label = name, label
        self._job = reading_job(reading)
        self._state = self._job.state if self._job else None
        self._place: DeltaGenerator | None = None

    @property
    def blocks_hits(self) -> bool:
        """Whether a column has no hits before this is done."""
        return True

    @override
    def going_on(self) -> bool:
        return self._state == "running"

    @override
    def has_changed(self) -> bool:
        return self._job is not None and self._job.state != self._state

    @override
    def draw_again(self) -> None:
        if self._place is not None and self._job is not None:
            self._place.html(progress_html(self._job.progress()))

    def draw(self) -> None:
        """Draw the offer with its button, or the progress of the job; nothing if all pages are read."""
        if self._job is not None and self.going_on():
            self._draw_running(self._job)
        elif self.offer is not None:
            self._draw_offer(self.offer)

    def _draw_running(self, job: ReadingJob) -> None:
        with st.container(key=f"reading-{self._name}", gap="small"):
            self._place = st.empty()
            self.draw_again()
            st.button(
                "Stop", icon=":material/stop_circle:", key=f"read-{self._name}", on_click=job.stop,
                help="Pages that are read are kept",
            )  # fmt: skip

    def _draw_offer(self, offer: Offer) -> None:
        with st.container(key=f"reading-{self._name}", gap="small"):
            if self._job is not None and (self._job.failures or self._job.error):
                st.html(reading_problems_html(self._job.failures, self._job.error))
            st.markdown(plain(f"{self._label}: {offer.sentence}"))
            if offer.obstacle:
                st.warning(plain(offer.obstacle), icon=":material/error:")
                if offer.command:
                    st.code(offer.command, "bash")
                return
            st.button(
                self._action(offer), icon=":material/document_scanner:", key=f"read-{self._name}", type="primary",
                on_click=self._start,
            )  # fmt: skip

    def _action(self, offer: Offer) -> str:
        left, how = counted(len(offer.pages), "page"), self.reading.parser.action.removeprefix("Reading")
        return f"Read {left}{how}" if len(offer.pages) == offer.total else f"Read the other {left}{how}"

    def _start(self) -> None:
        try:
            start_reading(self.reading)
        except UserError as error:  # such as a library that was uninstalled meanwhile
            st.toast(plain(str(error)))
        hold_readings([self], None)


class HeldReadings:
    """Jobs of the process that read pages, held by one session; others may hold the same."""

    def __init__(self, readings: Mapping[str, PageReading]) -> None:
        self.key = list(readings)
        self._readings = list(readings.values())

    def begin(self) -> None:
        """Hold the jobs, and begin again those that were left."""
        for reading in self._readings:
            hold_reading(reading, self)

    def end(self) -> None:
        """Stop the jobs that nobody else holds; pages that are read stay."""
        for reading in self._readings:
            release_reading(reading, self)


def hold_readings(boxes: Sequence[ReadingBox], sources: Collection[str] | None) -> None:
    """Hold the jobs of these boxes that go on, and those held before, whichever page of the app is shown.

    Of the latter, those about files other than `sources` are given up, unless it is None.
    """
    state = session()
    held = {key: reading for key, reading in state.reading.items() if sources is None or reading.source.id in sources}
    running = {
        reading_key(box.reading): box.reading for box in boxes if (job := reading_job(box.reading)) and job.is_running
    }
    state.reading = {**held, **running}
    want("pages", HeldReadings(state.reading) if state.reading else None)
