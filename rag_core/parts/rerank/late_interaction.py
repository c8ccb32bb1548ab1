"""The reranker `late_interaction`: each word piece of the question is compared with its best match in a text."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from typing_extensions import override

from rag_core.errors import UserError
from rag_core.part import register
from rag_core.parts.rerank.base import Reranker, reranked
from rag_core.parts.rerank.max_similarity import max_similarities, piece_weights
from rag_core.stages.built_index import BuiltIndex
from rag_core.stages.ranking import Ranking
from rag_core.stages.resources import Resources


@register
class LateInteraction(Reranker):
    """Scores the best entries by MaxSim over the embedding model's own token vectors; needs no other model.

    Source: Khattab and Zaharia 2020, "ColBERT: Efficient and Effective Passage Search via Contextualized Late
    Interaction over BERT", arXiv 2004.12832. For each word piece of the question, the highest cosine similarity to a
    word piece of the text; then their mean, weighted here by the pieces' inverse document frequency in the documents.
    The text is what is indexed for an entry, which for one with several windows is the first of them; the model reads
    it alone. In reading what surrounds a text too, its word pieces become alike, and little is gained.
    """

    kind: Literal["late_interaction"] = "late_interaction"
    label: ClassVar[str] = "Late interaction"
    summary: ClassVar[str] = (
        "Compares each word piece of the question with its best match in a text, by the embedding model's own vectors"
    )

    entries: int = Field(
        50, ge=1, le=200, title="Entries reranked", description="Number of best entries that are reranked"
    )

    @override
    def short(self) -> str:
        return f"late interaction, top {self.entries}"

    @override
    def rerank(self, question: str, ranking: Ranking, built: BuiltIndex, resources: Resources) -> Ranking:
        model = resources.vectors.model
        if model.info.late_pooling_obstacle:
            raise UserError(
                f"rerank.kind=late_interaction needs the vectors of single tokens, and {model.name} has none. "
                f"{model.info.late_pooling_obstacle} Choose another reranker, or an embedding model with mean pooling, "
                "such as the built-in one."
            )
        first = ranking.best(self.entries)
        texts = [built.indexed_text(entry) for entry in first]
        ids, asked = resources.vectors.tokens_of_question(question)
        scores = max_similarities(asked, resources.vectors.tokens_of_texts(texts), _weights(ids, built, resources))
        return reranked(ranking, dict(zip(first, scores.tolist(), strict=True)), len(built.entries))


def _weights(ids: NDArray[np.int64], built: BuiltIndex, resources: Resources) -> NDArray[np.float64]:
    """How much each word piece of the question weighs, by the chunks of the documents."""
    tokens = (resources.vectors.tokens_of(document) for document in built.documents)
    spans = (np.array(chunks, np.int64).reshape(-1, 2) for chunks in built.chunks)
    return piece_weights(ids, ((of.ids, of.starts, chunks) for of, chunks in zip(tokens, spans, strict=True)))
