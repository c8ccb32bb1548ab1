"""The part of a chunk that is beyond the embedding model's token limit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag_core.documents.document import Document
from rag_core.embeddings.base import EmbeddingModel
from rag_core.geometry import Span
from rag_core.pipeline.coverage import token_ranges
from rag_core.text.whole_words import is_inside_word

_FEW = 0.5  # of the limit: so few tokens are not beyond it either where a cut word makes them more


def truncated_parts(document: Document, chunks: Sequence[Span], model: EmbeddingModel) -> list[Span | None] | None:
    """For each chunk what follows the tokens that the model reads of one text, or None if it reads all of the chunk.

    The tokens are the model's own. Returns None if its limit is unknown.
    """
    if model.text_tokens is None:
        return None
    starts, text = model.token_starts(document.text), document.text
    limit = model.text_tokens
    ranges = token_ranges(starts, chunks).tolist()
    return [
        _alone(text, chunk, model, limit)
        if last - first > limit * _FEW and (is_inside_word(text, chunk.start) or is_inside_word(text, chunk.end))
        else _beyond(starts[first:last], 0, chunk, limit)
        for chunk, (first, last) in zip(chunks, ranges, strict=True)
    ]


def _alone(text: str, chunk: Span, model: EmbeddingModel, limit: int) -> Span | None:
    """The part of a chunk that begins or ends inside a word, whose tokens are others than in the whole text."""
    return _beyond(model.tokenize(text[chunk.start : chunk.end]).starts, chunk.start, chunk, limit)


def _beyond(starts: NDArray[np.integer[Any]], offset: int, chunk: Span, limit: int) -> Span | None:
    return Span(offset + int(starts[limit]), chunk.end) if len(starts) > limit else None
