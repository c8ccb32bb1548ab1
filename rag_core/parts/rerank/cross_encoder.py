"""The reranker `cross_encoder`: a model that reads the question and a text together."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field
from typing_extensions import override

from rag_core.embeddings.cross_encoder import cross_encoder
from rag_core.errors import UserError
from rag_core.part import register
from rag_core.parts.rerank.base import Reranker, reranked
from rag_core.stages.built_index import BuiltIndex
from rag_core.stages.ranking import Ranking
from rag_core.stages.resources import Resources
from rag_core.text.numbers import counted


@register
class CrossEncoderReranking(Reranker):
    """Scores the best entries with a cross-encoder of sentence-transformers, as LlamaIndex's SentenceTransformerRerank.

    It reads the text that is indexed for an entry, which for one with several windows is the first of them. None is
    built in.
    """

    kind: Literal["cross_encoder"] = "cross_encoder"
    label: ClassVar[str] = "Cross-encoder"
    summary: ClassVar[str] = "A model that reads the question and a text together; none is built in, name one"

    model: str = Field(
        "",
        max_length=500,
        title="Model",
        description="Name of a cross-encoder on the Hugging Face hub, such as cross-encoder/ms-marco-MiniLM-L6-v2, "
        "which is downloaded, or its folder",
    )
    entries: int = Field(
        20, ge=1, le=200, title="Entries reranked", description="Number of best entries that are reranked"
    )

    @property
    @override
    def named_model(self) -> str:
        return self.model.strip()

    @override
    def score_name_of(self, searched: str) -> str:
        return f"cross-encoder score ({self._short_name})"

    @override
    def short(self) -> str:
        return f"cross-encoder {self._short_name}".rstrip()

    @property
    def _short_name(self) -> str:
        """The model's name without what stands before its last slash."""
        return self.model.rstrip("/").rsplit("/", 1)[-1]

    @override
    def rerank(self, question: str, ranking: Ranking, built: BuiltIndex, resources: Resources) -> Ranking:
        source = self.named_model
        if not source:
            raise UserError(
                "rerank.kind=cross_encoder names no model, and none is built in. Set rerank.model to the folder of a "
                "sentence-transformers cross-encoder, or to its name on the Hugging Face hub, such as "
                "cross-encoder/ms-marco-MiniLM-L6-v2 (90 MB), which is then downloaded."
            )
        first = ranking.best(self.entries)
        texts = [built.indexed_text(entry) for entry in first]
        model = cross_encoder(source)
        found = model.scores(question, texts, resources.report)
        if found.truncated:
            resources.asked.note(
                f"{model.name} reads {model.token_limit:,} tokens of the question and a text: {found.truncated} of "
                f"{counted(len(texts), 'text')} were truncated."
            )
        return reranked(ranking, dict(zip(first, found.scores.tolist(), strict=True)), len(built.entries))
