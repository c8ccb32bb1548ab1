"""What a chunker makes of a document: the chunks, their sizes, what they cut, and what exceeds the model's limit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag_core.documents.cut_places import cut_counts
from rag_core.documents.document import Document
from rag_core.embeddings.vectors import Vectors
from rag_core.geometry import Span
from rag_core.pipeline.build import resources_for
from rag_core.pipeline.truncated import truncated_parts
from rag_core.progress import Report
from rag_core.strategy import Strategy
from rag_core.text.tokenizers import get_tokenizer


@dataclass(frozen=True)
class Cuts:
    """Chunks in the order of the document, the size of each in the chosen tokenizer's tokens, and what is cut there.

    `inside` are the cuts inside sentences, tables and so on, by the count's name. `truncated` is for each chunk the
    part beyond the embedding model's limit; None where the limit is unknown. `is_late` is whether the column pools
    late, so that the model reads that part too.
    """

    chunks: Sequence[Span]
    sizes: Sequence[int]
    inside: Mapping[str, Sequence[Span]]
    truncated: Sequence[Span | None] | None
    is_late: bool


def cuts_of(document: Document, strategy: Strategy, vectors: Vectors, report: Report) -> Cuts:
    """Cut the document as the strategy does; raises UserError where its chunker cannot."""
    fitted = strategy.fitted(vectors.model)
    chunks = fitted.chunker.chunk(document, resources_for(fitted, vectors, report=report))
    count = get_tokenizer(document.tokenizer).count
    sizes = [count(document.text[chunk.start : chunk.end]) for chunk in chunks]
    is_late = fitted.pools(vectors.model).pooling == "late"
    truncated = truncated_parts(document, chunks, vectors.model)
    return Cuts(chunks, sizes, cut_counts(document, chunks), truncated, is_late)
