"""Texts that a language model writes about chunks, as HTML: how many there are, what the rest costs, what failed."""

from __future__ import annotations

from collections.abc import Sequence

from rag_core.enrichment.estimate import Estimate
from rag_core.enrichment.job import Failure
from rag_core.html.templating import render
from rag_core.pipeline.enrichment import Status
from rag_core.text.numbers import UNKNOWN, counted, duration

_MAX_FAILURES = 20


def status_html(status: Status) -> str:
    """How many chunks have their texts, and which models wrote them."""
    return render("metadata_status", status=status)


def estimate_html(estimate: Estimate, model: str) -> str:
    """Calls, tokens, cost and time of the texts that are missing, as a list."""
    cost = UNKNOWN if estimate.cost_usd is None else f"about ${estimate.cost_usd:.2f}"
    rows = [
        ("Model", model),
        ("Calls", f"{estimate.calls:,}"),
        ("Tokens in", f"about {estimate.prompt_tokens:,}"),
        ("Tokens out", f"about {estimate.completion_tokens:,}"),
        ("Cost", cost),
        ("Time", f"about {duration(1000 * estimate.seconds)}, {_basis(estimate)}"),
    ]
    if estimate.too_long:
        rows.append(("Too long", _too_long(estimate.too_long)))
    return render("metadata_estimate", rows=rows)


def _too_long(chunks: int) -> str:
    verbs = "exceeds the model's window and is" if chunks == 1 else "exceed the model's window and are"
    return f"{counted(chunks, 'chunk')} {verbs} left out"


def _basis(estimate: Estimate) -> str:
    if estimate.timed_calls:
        return f"from {counted(estimate.timed_calls, 'call')} of this model"
    return "a guess: no call of this model has been timed yet"


def busy_html(seconds: float) -> str:
    """That the server is busy, and when the next attempt is made; empty if that is within a second."""
    return render("metadata_busy", seconds=round(seconds)) if seconds >= 1 else ""


def failures_html(failures: Sequence[Failure], error: str | None) -> str:
    """Why the job ended, and which chunks failed for good."""
    lines = [_line(failure) for failure in failures[:_MAX_FAILURES]]
    return render("metadata_failures", error=error, lines=lines, count=len(failures))


def _line(failure: Failure) -> str:
    pages = ", ".join(map(str, failure.pages))
    where = f"{failure.document}, chunk {failure.chunk}" + (f", page {pages}" if pages else "")
    return f"{where}, {failure.what}: {failure.sentence}"
