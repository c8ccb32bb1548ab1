"""What a chunker makes of a document: the chunks, their sizes, and how many exceed the embedding model's limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rag_core.documents.document import Document
from rag_core.embeddings.base import EmbeddingModel
from rag_core.embeddings.vectors import Vectors
from rag_core.geometry import Span
from rag_core.pipeline.build import resources_for
from rag_core.pipeline.coverage import token_ranges
from rag_core.progress import Report
from rag_core.strategy import Strategy
from rag_core.text.tokenizers import get_tokenizer


@dataclass(frozen=True)
class Cuts:
    """Chunks in the order of the document, the size of each in the chosen tokenizer's tokens, and those over the limit.

    `over_limit` counts in the embedding model's own tokens; None where its limit is unknown.
    """

    chunks: Sequence[Span]
    sizes: Sequence[int]
    over_limit: int | None


def cuts_of(document: Document, strategy: Strategy, vectors: Vectors, report: Report) -> Cuts:
    """Cut the document as the strategy does; raises UserError where its chunker cannot."""
    resources = resources_for(strategy.fitted(vectors.model), vectors, report=report)
    chunks = strategy.chunker.chunk(document, resources)
    count = get_tokenizer(document.tokenizer).count
    sizes = [count(document.text[chunk.start : chunk.end]) for chunk in chunks]
    return Cuts(chunks, sizes, _over_limit(document, chunks, vectors.model))


def _over_limit(document: Document, chunks: Sequence[Span], model: EmbeddingModel) -> int | None:
    if model.text_tokens is None:
        return None
    tokens = np.diff(token_ranges(model.token_starts(document.text), chunks))
    return int((tokens > model.text_tokens).sum())
