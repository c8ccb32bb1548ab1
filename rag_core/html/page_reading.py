"""Pages that are read one by one, as HTML: which of them could not be read."""

from __future__ import annotations

from collections.abc import Sequence

from rag_core.html.templating import render
from rag_core.pipeline.reading_job import PageFailure

_MAX_FAILURES = 20


def reading_problems_html(failures: Sequence[PageFailure], error: str | None) -> str:
    """Why the job ended, and which pages could not be read."""
    lines = [f"Page {failure.page}: {failure.sentence}" for failure in failures[:_MAX_FAILURES]]
    return render("reading_problems", error=error, lines=lines, count=len(failures))
