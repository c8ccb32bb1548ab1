"""Documents, hits and comparisons made by hand, to be drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag_core.documents.document import Document, Page
from rag_core.html.comparison_view import ComparisonView
from rag_core.pipeline.results import Column, Comparison, Counts, DocumentInfo, Timings
from rag_core.stages.results import Hit, Via
from rag_core.strategy.specs import preset


def document_of(text: str, name: str = "a.txt", pages: int = 1, source: str = "") -> Document:
    step = -(-len(text) // pages)
    size = (595.0, 842.0) if pages > 1 else (None, None)
    of = tuple(Page(n + 1, n * step, min((n + 1) * step, len(text)), *size) for n in range(pages))
    return Document(id=name, name=name, parser="text", text=text, pages=of, source=(source or name).encode())


def paged(texts: Sequence[str], name: str, source: str) -> Document:
    """A document with these texts of pages, read from that source."""
    starts = [sum(len(text) + 1 for text in texts[:n]) for n in range(len(texts))]
    pages = tuple(Page(n + 1, at, at + len(texts[n]), 595.0, 842.0) for n, at in enumerate(starts))
    return replace(document_of("\n".join(texts), name, source=source), pages=pages)


def hit_of(
    document: Document, start: int, end: int, *, rank: int = 1, score: float | None = 0.5, via: str = "chunk"
) -> Hit:
    pages = [page.number for page in document.pages_of(start, end)]
    entry = Via(kind=via, start=start, end=end, text=document.text[start:end], score=score)
    return Hit(
        document=document.id, start=start, end=end, text=entry.text, score=score, rank=rank, pages=pages, via=[entry]
    )


def column_of(hits: list[Hit]) -> Column:
    return Column(
        strategy=preset("baseline"),
        hits=hits,
        answer=None,
        timings_ms=Timings(parse_ms=1, chunk_ms=1, embed_ms=1, search_ms=1, answer_ms=1),
        counts=Counts(chunks=1, entries=1, hits=len(hits), distinct_parents=1, context_tokens=1, model_tokens=1,
                      tokens_beyond_limit=0),
    )  # fmt: skip


def view_of(documents: list[Document], *columns: list[Hit], names: list[str] | None = None) -> ComparisonView:
    infos = [DocumentInfo(id=d.id, name=d.name, pages=len(d.pages), characters=len(d.text)) for d in documents]
    made = [column_of(hits) for hits in columns]
    comparison = Comparison(documents=infos, question="?", tokenizer="cl100k", embedding_model="m", columns=made)
    return ComparisonView(comparison, documents, names or [f"column {i}" for i in range(len(columns))])
