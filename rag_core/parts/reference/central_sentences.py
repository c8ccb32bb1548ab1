"""A summary without an LLM: the sentences nearest to the middle of all of a chunk's sentences.

Centroid-based extraction (Radev et al. 2004, "Centroid-based summarization of multiple documents") with sentence
embeddings in the place of TF-IDF vectors.
"""

from __future__ import annotations

import numpy as np

from rag_core.documents.document import Document
from rag_core.documents.sentences import sentences
from rag_core.geometry import Span
from rag_core.stages.column_vectors import ColumnVectors

# Headings, page furniture and table cells are short and say little alone.
FEWEST_WORDS = 5


def central_sentences(document: Document, chunk: Span, most: int, vectors: ColumnVectors) -> list[Span]:
    """At most so many sentences of the chunk, in reading order; at least one."""
    spans = sentences(document, chunk)
    texts = [document.text[span.start : span.end] for span in spans]
    rows = vectors.of_spans(document, spans)
    closeness = rows @ rows.mean(axis=0)
    eligible = [i for i, text in enumerate(texts) if len(text.split()) >= FEWEST_WORDS] or list(range(len(texts)))
    best = sorted(eligible, key=lambda i: -np.round(closeness[i], 6))[:most]
    return [spans[i] for i in sorted(best)]
