"""Embedding models."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from tests.fakes.openai_server.exchange import Exchange
from tests.fakes.openai_server.registry import embedding


def vector_of(text: str, dimensions: int = 8) -> list[float]:
    """Different numbers for different texts, always the same for the same text."""
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    return [float(number) for number in np.random.default_rng(seed).normal(size=dimensions)]


@embedding("embeds", "A vector for each text, always the same for the same text.")
def _embeds(to: Exchange) -> None:
    reply_vectors(to, [vector_of(text) for text in texts_of(to)])


@embedding("embeds-slowly", "A vector for each text after two seconds, `embeds-slowly:5` after five.")
def _embeds_slowly(to: Exchange, latency_s: float = 2.0) -> None:
    to.wait(latency_s)
    _embeds(to)


@embedding("no-embeddings", "501 for embeddings: the server has none.")
def _no_embeddings(to: Exchange) -> None:
    to.refuse(501, "This server does not support embeddings. Start it with `--embeddings`")


@embedding("shuffled", "The vectors last to first; `index` says which is which.")
def _shuffled(to: Exchange) -> None:
    reply_items(to, list(reversed(items_of(to))))


@embedding("shuffled-unmarked", "The vectors as they come, none with an `index`.")
def _unmarked(to: Exchange) -> None:
    reply_items(to, [{"embedding": item["embedding"]} for item in items_of(to)])


@embedding("doubled-index", "Two vectors for the first text, and none for the last.")
def _doubled(to: Exchange) -> None:
    items = items_of(to)
    reply_items(to, [*items[:-1], items[0]])


@embedding("batch-limit", "422 for more than 4 texts, `batch-limit:1` 1, in TEI's words.")
def _batch_limit(to: Exchange, most: float = 4) -> None:
    if (count := len(texts_of(to))) > most:
        to.refuse(422, f"batch size {count} > maximum allowed batch size {most:g}")
    else:
        _embeds(to)


@embedding("token-limit", "413 for a text of more than 64 words, `token-limit:20` 20, in TEI's words.")
def _token_limit(to: Exchange, most: float = 64) -> None:
    if (longest := max(len(text.split()) for text in texts_of(to))) > most:
        to.refuse(413, f"`inputs` must have less than {most:g} tokens. Given: {longest}")
    else:
        _embeds(to)


@embedding("error-as-answer", "An error under status 200.")
def _error_as_answer(to: Exchange) -> None:
    to.reply({"error": {"message": "The model <otter> is asleep", "code": 503}})


@embedding("no-base64", "400 for `encoding_format`.")
def _no_base64(to: Exchange) -> None:
    if "encoding_format" in to.noted.body:
        to.refuse(400, "Unsupported parameter: encoding_format")
    else:
        _embeds(to)


def items_of(to: Exchange) -> list[dict[str, Any]]:
    """The items of a sound answer."""
    return [{"object": "embedding", "index": i, "embedding": vector_of(text)} for i, text in enumerate(texts_of(to))]


def reply_items(to: Exchange, items: Sequence[dict[str, Any]]) -> None:
    """Send these items."""
    to.reply({"object": "list", "data": items, "model": to.noted.body["model"]})


def texts_of(to: Exchange) -> list[str]:
    """The texts of the request."""
    given = to.noted.body["input"]
    return [given] if isinstance(given, str) else given


def reply_vectors(to: Exchange, vectors: Sequence[Any]) -> None:
    """Send vectors in this order, as they are."""
    found = [{"object": "embedding", "index": i, "embedding": vector} for i, vector in enumerate(vectors)]
    usage = {"prompt_tokens": 1, "total_tokens": 1}
    to.reply({"object": "list", "data": found, "model": to.noted.body["model"], "usage": usage})
