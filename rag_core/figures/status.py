"""One line of fixed height: what the comparison stands on, or what is being done and how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from rag_core.documents.document import Document
from rag_core.embeddings.model import EmbeddingModel
from rag_core.progress import Progress

_GENERATED = "For generated answers, take a column's code below into a LlamaIndex program with your language model."


def basis_html(documents: Sequence[Document], model: EmbeddingModel) -> str:
    """Parser, model, its limit, and how answers are made."""
    parsers = ", ".join(dict.fromkeys(document.parser for document in documents))
    limit = f"{model.name} reads {model.token_limit} tokens of a text and drops the rest"
    facts = [f"parser {escape(parsers)}", limit, f"answers extractive, without a language model. {_GENERATED}"]
    return f'<div class="cs-status">{" · ".join(facts)}</div>'


def progress_html(progress: Progress) -> str:
    """Stage, share and what is left."""
    share = f" · {progress.share:.0%}" if progress.total > 1 else ""
    left = f" · about {_duration(progress.remaining_ms)} left" if progress.remaining_ms else ""
    percent = 100 * progress.share
    return (
        f'<div class="cs-status cs-busy" role="status">{escape(progress.stage)}{share}{left}'
        f'<div class="cs-progress" role="progressbar" aria-valuenow="{percent:.0f}" aria-valuemin="0" '
        f'aria-valuemax="100"><i style="width:{percent:.1f}%"></i></div></div>'
    )


def _duration(ms: float) -> str:
    seconds = max(round(ms / 1000), 1)
    return f"{seconds} s" if seconds < 90 else f"{round(seconds / 60)} min"
