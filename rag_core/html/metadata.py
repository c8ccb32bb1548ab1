"""What is written of chunks, what the rest will take, and what failed."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from rag_core.enrichment.estimate import Estimate
from rag_core.enrichment.job import Failure
from rag_core.enrichment.writing import Status
from rag_core.text.numbers import UNKNOWN, duration

_MOST_FAILURES = 20


def status_html(status: Status) -> str:
    """Of how many chunks, and by whom."""
    by = "".join(f" · {count:,} texts by {escape(model)}" for model, count in status.models.items())
    rest = " A chunk without them is found by its own text alone." if status.complete < status.chunks else ""
    complete = f"{status.complete:,} of {status.chunks:,} chunks"
    return f'<div class="cs-label">Summaries and questions: {complete}{by}.{rest}</div>'


def estimate_html(estimate: Estimate, model: str) -> str:
    """Calls, tokens, cost and time, as a list."""
    timed = (
        f"from {estimate.timed_calls:,} calls of this model"
        if estimate.timed_calls
        else "a guess: no call of this model was timed yet"
    )
    cost = UNKNOWN if estimate.cost_usd is None else f"about ${estimate.cost_usd:.2f}"
    rows = [
        ("Model", model),
        ("Calls", f"{estimate.calls:,}"),
        ("Tokens in", f"about {estimate.prompt_tokens:,}"),
        ("Tokens out", f"about {estimate.completion_tokens:,}"),
        ("Cost", cost),
        ("Time", f"about {duration(1000 * estimate.seconds)}, {timed}"),
    ]
    if estimate.too_long:
        rows.append(("Too long", f"{estimate.too_long:,} chunks do not fit the model's window and are left out"))
    listed = "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in rows)
    return (
        f'<dl class="cs-facts">{listed}</dl>'
        '<p class="cs-none">Each text is kept as soon as it is written: nothing is asked for twice.</p>'
    )


def waiting_html(seconds: float) -> str:
    """That the server is busy, and for how long it is left alone; nothing where it is not."""
    return f'<div class="cs-label">The server is busy: asked again in {seconds:.0f} s.</div>' if seconds >= 1 else ""


def failures_html(failures: Sequence[Failure], error: str | None) -> str:
    """Why the job ended, and which chunks failed for good."""
    head = f'<p class="cs-problem">{escape(error)}</p>' if error else ""
    if not failures:
        return head
    lines = "".join(f"<li>{_line(failure)}</li>" for failure in failures[:_MOST_FAILURES])
    more = len(failures) - _MOST_FAILURES
    rest = f"<li>and {more:,} more</li>" if more > 0 else ""
    return (
        f'{head}<details class="cs-failures"><summary>{len(failures):,} failed for good; the rest is there</summary>'
        f"<ul>{lines}{rest}</ul></details>"
    )


def _line(failure: Failure) -> str:
    pages = ", ".join(map(str, failure.pages))
    where = f"{failure.document}, chunk {failure.chunk}" + (f", page {pages}" if pages else "")
    return escape(f"{where}, {failure.what}: {failure.sentence}")
