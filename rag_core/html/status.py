"""One line of fixed height: what the comparison is based on, or the current progress; and facts about a model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rag_core.documents.document import Document
from rag_core.embeddings.base import EmbeddingModel
from rag_core.html.templating import render
from rag_core.llms.base import ChatModel
from rag_core.progress import Progress
from rag_core.text.numbers import UNKNOWN, duration

_NO_THRESHOLD = (
    "The similarity below which a sentence is no answer was measured for MiniLM only: with other models, sentences "
    "with a quarter of the question's words in or before them are shown."
)


class _Fact(NamedTuple):
    """A fact, and a term at its end that has a definition a hover away."""

    text: str
    term: str = ""
    definition: str = ""


def basis_html(
    documents: Sequence[Document],
    model: EmbeddingModel,
    chat_model: ChatModel | None = None,
    cache_problem: str | None = None,
) -> str:
    """Parser, model, its limit and poolings, how answers are made, and why vectors are not cached on disk, if so."""
    parsers = ", ".join(dict.fromkeys(document.parser for document in documents))
    limit = "token limit unknown"
    if model.info.token_limit is not None:
        limit = f"reads {model.info.token_limit:,} tokens at a time"
    facts = [_Fact(f"parser {parsers}"), _Fact(f"{model.name} {limit}"), _poolings(model), _answers(model, chat_model)]
    if cache_problem:
        facts.insert(0, _Fact("", "vectors are not cached on disk", cache_problem))
    return render("basis", facts=facts)


def _poolings(model: EmbeddingModel) -> _Fact:
    if not model.info.late_pooling_obstacle:
        return _Fact("pooling late or per chunk")
    return _Fact("", "pooling per chunk only", model.info.late_pooling_obstacle)


def _answers(model: EmbeddingModel, chat_model: ChatModel | None) -> _Fact:
    if chat_model is not None:
        return _Fact(f"answers by {chat_model.name}, {chat_model.context_tokens:,} tokens of context")
    extractive = "answers extractive, without a language model"
    if model.info.min_answer_similarity is not None:
        return _Fact(extractive)
    return _Fact(f"{extractive}, ", "by words alone", _NO_THRESHOLD)


def model_facts_html(model: EmbeddingModel) -> str:
    """What the model can do, as a list: poolings and why, limit, dimensions, prefixes."""
    info = model.info
    obstacle = info.late_pooling_obstacle
    pooling = f"per chunk only. {obstacle}" if obstacle else "late or per chunk"
    limit = UNKNOWN
    if info.token_limit is not None:
        limit = f"{info.token_limit:,} tokens at a time; text embedded alone is truncated beyond them"
    rows = [
        ("Model", model.name),
        ("Pooling", pooling),
        ("Reads", limit),
        ("Vectors", f"{info.dimensions:,} dimensions"),
        ("Question prefix", info.query_prefix or "none"),
        ("Passage prefix", info.passage_prefix or "none"),
    ]
    return render("facts", rows=rows)


def not_loaded_html(model: str) -> str:
    """In the place of a model's facts while they are unknown; `model` is its name."""
    return render("message", message=f"{model} is not loaded.")


def progress_html(progress: Progress) -> str:
    """Stage, share and remaining time."""
    left = duration(progress.remaining_ms) if progress.remaining_ms else ""
    return render("progress", stage=progress.stage, several=progress.total > 1, share=progress.share, left=left)
