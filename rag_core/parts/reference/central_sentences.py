"""Extractive summaries: the sentences of a chunk that are nearest to the centroid of its sentences.

The method is centroid-based summarization (Radev et al. 2004, "Centroid-based summarization of multiple documents"),
with sentence embeddings instead of TF-IDF vectors.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag_core.documents.document import Document
from rag_core.documents.sentences import sentences
from rag_core.geometry import Span
from rag_core.stages.column_vectors import ColumnVectors

# Shorter ones are mostly headings, page headers and table cells, which say little out of context.
MIN_WORDS = 5


def central_sentences(
    document: Document, chunks: Sequence[Span], max_sentences: int, vectors: ColumnVectors
) -> list[list[Span]]:
    """For each chunk, one to `max_sentences` of its sentences in reading order, as spans of the document."""
    spans = [sentences(document, chunk) for chunk in chunks]
    rows = vectors.of_spans(document, [span for of_chunk in spans for span in of_chunk])
    ends = np.cumsum([len(of_chunk) for of_chunk in spans])
    return [
        _central(document.text, of_chunk, rows[end - len(of_chunk) : end], max_sentences)
        for of_chunk, end in zip(spans, ends, strict=True)
    ]


def _central(text: str, spans: Sequence[Span], rows: NDArray[np.float32], max_sentences: int) -> list[Span]:
    closeness = rows @ rows.mean(axis=0)
    long_enough = [i for i, (start, end) in enumerate(spans) if len(text[start:end].split()) >= MIN_WORDS]
    best = sorted(long_enough or range(len(spans)), key=lambda i: -np.round(closeness[i], 6))[:max_sentences]
    return [spans[i] for i in sorted(best)]
