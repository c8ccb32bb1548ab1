"""Small pieces of HTML that stand on the pages by themselves."""

from __future__ import annotations

from collections.abc import Sequence

from rag_core.html.templating import render
from rag_core.pipeline.results import Column
from rag_core.strategy import Preset

_MAX_OPEN = 4  # notices that are read without a click: more would push the results off the first screen


def mark_html(column: int) -> str:
    """The column's symbol in its colour."""
    return render("symbol", column=column)


def empty_html(message: str) -> str:
    """In the place of something that is not there: why."""
    return render("message", message=message)


def failed_column_html(error: str) -> str:
    """In the place of a column's hits: why it has none."""
    return render("failed_column", error=error)


def notices_html(column: Column) -> str:
    """What of the column's strategy does not apply to the documents, a line each; empty where all of it does."""
    return render("notices", notices=column.notices)


def documents_html(notices: Sequence[str]) -> str:
    """What is to be known about the documents, a line each; those after the first few open with a click."""
    return render("documents", shown=notices[:_MAX_OPEN], more=notices[_MAX_OPEN:])


def waiting_html() -> str:
    """In the place of a column's answer and hits while the first comparison runs."""
    return render("waiting")


def summary_html(summary: str) -> str:
    """Under a column's head: its settings in short."""
    return render("summary", summary=summary)


def about_preset_html(preset: Preset) -> str:
    """What a preset is for, when it fails, and a link to the paper or documentation that it comes from."""
    return render("about_preset", preset=preset)


def heading_html(heading: str) -> str:
    """The heading of a group in a list."""
    return render("heading", heading=heading)


def found_place_html(page: int, text: str) -> str:
    """Below the figures of a report: the place that was gone to."""
    return render("found_place", page=page, text=text)
