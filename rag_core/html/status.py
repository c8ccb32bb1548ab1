"""One line of fixed height: what the comparison stands on, or what is being done and how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from rag_core.answers.extractive import least_similarity
from rag_core.documents.document import Document
from rag_core.embeddings.base import EmbeddingModel
from rag_core.llms.base import ChatModel
from rag_core.progress import Progress
from rag_core.text.numbers import UNKNOWN, duration


def basis_html(
    documents: Sequence[Document],
    model: EmbeddingModel,
    chat_model: ChatModel | None = None,
    cache_problem: str | None = None,
) -> str:
    """Parser, model, its limit and poolings, how answers are made, and why nothing is kept on disk, if so."""
    parsers = ", ".join(dict.fromkeys(document.parser for document in documents))
    limit = "token limit unknown"
    if model.info.token_limit is not None:
        limit = f"reads {model.info.token_limit:,} tokens at a time"
    facts = [
        f"parser {escape(parsers)}",
        f"{escape(model.name)} {limit}",
        _poolings(model),
        _answers(model, chat_model),
    ]
    if cache_problem:
        facts.insert(0, f'<abbr title="{escape(cache_problem)}">vectors are not cached on disk</abbr>')
    return f'<div class="cs-status">{" · ".join(facts)}</div>'


def _answers(model: EmbeddingModel, chat_model: ChatModel | None) -> str:
    if chat_model is None:
        return f"answers extractive, without a language model{_threshold(model)}"
    return f"answers by {escape(chat_model.name)}, {chat_model.context_tokens:,} tokens of context"


def _threshold(model: EmbeddingModel) -> str:
    if least_similarity(model) is not None:
        return ""
    about = (
        "From which similarity on a sentence is an answer was measured for MiniLM only: the nearest are always shown."
    )
    return f', <abbr title="{about}">never “not found”</abbr>'


def model_facts_html(model: EmbeddingModel) -> str:
    """What the model can do, as a list: poolings and why, limit, dimensions, prefixes."""
    facts = model.info
    limit = (
        UNKNOWN
        if facts.token_limit is None
        else f"{facts.token_limit:,} tokens at a time; embedded alone, a text's rest is dropped"
    )
    rows = [
        ("Model", model.name),
        (
            "Pooling",
            f"per chunk only. {facts.late_pooling_obstacle}" if facts.late_pooling_obstacle else "late or per chunk",
        ),
        ("Reads", limit),
        ("Vectors", f"{facts.dimensions:,} numbers"),
        ("Before a question", facts.query_prefix or "nothing"),
        ("Before a passage", facts.passage_prefix or "nothing"),
    ]
    listed = "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in rows)
    return f'<dl class="cs-facts">{listed}</dl>'


def _poolings(model: EmbeddingModel) -> str:
    if not model.info.late_pooling_obstacle:
        return "pooling late or per chunk"
    return f'<abbr title="{escape(model.info.late_pooling_obstacle)}">pooling per chunk only</abbr>'


def progress_html(progress: Progress) -> str:
    """Stage, share and what is left."""
    share = f" · {progress.share:.0%}" if progress.total > 1 else ""
    left = f" · about {duration(progress.remaining_ms)} left" if progress.remaining_ms else ""
    percent = 100 * progress.share
    return (
        f'<div class="cs-status cs-busy" role="status">{escape(progress.stage)}{share}{left}'
        f'<div class="cs-progress" role="progressbar" aria-valuenow="{percent:.0f}" aria-valuemin="0" '
        f'aria-valuemax="100"><i style="width:{percent:.1f}%"></i></div></div>'
    )
