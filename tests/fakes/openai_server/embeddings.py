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


@embedding("no-embeddings", "501 for embeddings: the server has none.")
def _no_embeddings(to: Exchange) -> None:
    to.refuse(501, "This server does not support embeddings. Start it with `--embeddings`")


def texts_of(to: Exchange) -> list[str]:
    """The texts of the request."""
    given = to.noted.body["input"]
    return [given] if isinstance(given, str) else given


def reply_vectors(to: Exchange, vectors: Sequence[Any]) -> None:
    """Send vectors in this order, as they are."""
    found = [{"object": "embedding", "index": i, "embedding": vector} for i, vector in enumerate(vectors)]
    usage = {"prompt_tokens": 1, "total_tokens": 1}
    to.reply({"object": "list", "data": found, "model": to.noted.body["model"], "usage": usage})
