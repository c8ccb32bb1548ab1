"""The line that says what is being done, how far it is, and how long it will take."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from streamlit.delta_generator import DeltaGenerator

from rag_core.documents.page_progress import reporting
from rag_core.html.status import progress_html
from rag_core.progress import Progress
from rag_core.ui.shell.runs import give_way

_DRAW_EVERY_S = 0.15


class ProgressLine:
    """Draws progress into a slot, a few times a second. A click elsewhere interrupts between two steps.

    `also` is called with what was drawn.
    """

    def __init__(self, slot: DeltaGenerator, also: Callable[[str], None] | None = None) -> None:
        self._slot = slot
        self._also = also
        self._drawn_s = 0.0

    def __call__(self, progress: Progress) -> None:
        """Draw it, unless the last one was drawn a moment ago; ends the run if the user has acted meanwhile."""
        give_way()
        now = time.monotonic()
        if now - self._drawn_s < _DRAW_EVERY_S:
            return
        self._drawn_s = now
        html = progress_html(progress)
        self._slot.html(html)
        if self._also is not None:
            self._also(html)

    def clear(self) -> None:
        """Empty the slot, if anything was drawn."""
        if self._drawn_s:
            self._slot.empty()


@contextmanager
def reading_shown(slot: DeltaGenerator) -> Iterator[None]:
    """Show in a slot how many pages are read of documents that a parser reads meanwhile."""
    line = ProgressLine(slot)
    with reporting(line):
        yield
    line.clear()
