"""Explanations of a strategy's hits, made by the pipeline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rag_core import preset
from rag_core.documents.document import Document
from rag_core.embeddings.vectors import Vectors
from rag_core.geometry import Span
from rag_core.llms.base import ChatModel
from rag_core.pipeline.build import StrategyIndex, build, resources_for
from rag_core.pipeline.explain import explain
from rag_core.pipeline.retrieve import retrieve
from rag_core.stages.explanation import Explanation
from rag_core.stages.resources import Resources
from rag_core.stages.retrieval import Retrieval
from rag_core.text.word_spans import word_spans


class Explained(NamedTuple):
    built: StrategyIndex
    retrieval: Retrieval
    explanations: list[Explanation]
    resources: Resources


def explained(
    spec: str, documents: Sequence[Document], question: str, vectors: Vectors, llm: ChatModel | None = None
) -> Explained:
    strategy = preset(spec).fitted(vectors.model)
    resources = resources_for(strategy, vectors, llm)
    built = build(strategy, documents, resources)
    [retrieval] = retrieve(built, [question], resources)
    return Explained(built, retrieval, explain(built, retrieval, resources), resources)


def assert_sums_up(found: Explained) -> None:
    """Sentences, and words, add up to the dense score with what is outside the hit; terms to the BM25 score."""
    texts = {document.id: document.text for document in found.built.documents}
    assert len(found.explanations) == len(found.retrieval.hits)
    for hit, why in zip(found.retrieval.hits, found.explanations, strict=True):
        span = Span(hit.start, hit.end)
        if why.dense is not None:
            outside = why.dense.outside(span)
            starts = [word.start for word in word_spans(texts[hit.document], span)] or [hit.start]
            words = [share for share, _ in why.dense.of(starts, hit.end)]
            assert abs(sum(words) + outside - hit.scores["dense"]) < 1e-4
            assert abs(sum(piece.share for piece in why.pieces) + outside - hit.scores["dense"]) < 1e-4
        if why.terms is not None:
            assert abs(sum(term.weight for term in why.terms) - hit.scores["bm25"]) < 1e-4
