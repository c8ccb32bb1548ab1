"""Small pieces of HTML that stand on the pages by themselves."""

from __future__ import annotations

from rag_core.html.templating import render
from rag_core.pipeline.results import Column


def mark_html(column: int) -> str:
    """The column's symbol in its colour."""
    return render("symbol", column=column)


def empty_html(message: str) -> str:
    """In the place of something that is not there: why."""
    return render("message", message=message)


def notices_html(column: Column) -> str:
    """What of the column's strategy does not apply to the documents, a line each; empty where all of it does."""
    return render("notices", notices=column.notices)


def waiting_html() -> str:
    """In the place of a column's answer and hits while the first comparison runs."""
    return render("waiting")


def summary_html(summary: str) -> str:
    """Under a column's head: its settings in short."""
    return render("summary", summary=summary)
