"""The reranker `llm`: a language model says how relevant each of the best chunks is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field
from typing_extensions import override

from rag_core.answers.prompts import fill
from rag_core.geometry import Span
from rag_core.part import register
from rag_core.parts.rerank.base import Reranker, reranked
from rag_core.parts.rerank.relevances import relevances_in
from rag_core.stages.asking import Prompt, ask
from rag_core.stages.built_index import BuiltIndex
from rag_core.stages.ranking import Ranking
from rag_core.stages.resources import Resources
from rag_core.text.numbers import counted

# LlamaIndex's DEFAULT_CHOICE_SELECT_PROMPT, to the letter.
PROMPT = (
    "A list of documents is shown below. Each document has a number next to it along "
    "with a summary of the document. A question is also provided. \n"
    "Respond with the numbers of the documents "
    "you should consult to answer the question, in order of relevance, as well \n"
    "as the relevance score. The relevance score is a number from 1-10 based on "
    "how relevant you think the document is to the question.\n"
    "Do not include any documents that are not relevant to the question. \n"
    "Example format: \n"
    "Document 1:\n<summary of document 1>\n\n"
    "Document 2:\n<summary of document 2>\n\n"
    "...\n\n"
    "Document 10:\n<summary of document 10>\n\n"
    "Question: <question>\n"
    "Answer:\n"
    "Doc: 9, Relevance: 7\n"
    "Doc: 3, Relevance: 4\n"
    "Doc: 7, Relevance: 3\n\n"
    "Let's try this now: \n\n"
    "{context_str}\n"
    "Question: {query_str}\n"
    "Answer:\n"
)
_MAX_PROBLEMS = 3


@register
class LLMReranking(Reranker):
    """Asks a language model for the relevance of the best entries' chunks, with the prompt of LlamaIndex's LLMRerank.

    A chunk with several entries is judged once. A chunk that the model leaves out of its list is not relevant, and has
    the score 0; LlamaIndex drops it. Entries with equal relevance stay in the order of the search.
    """

    kind: Literal["llm"] = "llm"
    label: ClassVar[str] = "LLM re-ranking"
    summary: ClassVar[str] = "A language model rates how relevant each of the best chunks is to the question"
    asks_llm: ClassVar[bool] = True

    entries: int = Field(
        10, ge=1, le=100, title="Entries re-scored", description="Number of best entries whose chunks are rated"
    )
    chunks_per_call: int = Field(
        10,
        ge=1,
        le=50,
        title="Chunks per call",
        description="Number of chunks that are rated together; calls are made at the same time. A model is more "
        "consistent within one call, and its context window must hold the chunks",
    )

    @property
    @override
    def max_calls(self) -> int:
        return math.ceil(self.entries / self.chunks_per_call)

    @override
    def short(self) -> str:
        return f"LLM re-ranking of {self.entries}"

    @override
    def score_name_of(self, searched: str) -> str:
        return "relevance, 0 to 10"

    @override
    def rerank(self, question: str, ranking: Ranking, built: BuiltIndex, resources: Resources) -> Ranking:
        best = ranking.best(self.entries)
        chunks = list(dict.fromkeys(_chunk(entry, built) for entry in best))
        batches = [chunks[i : i + self.chunks_per_call] for i in range(0, len(chunks), self.chunks_per_call)]
        prompts = [Prompt(_prompt(question, batch, built), _purpose(batch), _REMEDY) for batch in batches]
        if not prompts:
            return ranking
        relevance: dict[tuple[int, Span], float] = {}
        for batch, reply in zip(batches, ask(self, prompts, resources), strict=True):
            found, problems = relevances_in(reply, len(batch))
            relevance |= dict(zip(batch, found, strict=True))
            _note(problems, resources)
        return reranked(ranking, {entry: relevance[_chunk(entry, built)] for entry in best}, len(built.entries))


_REMEDY = "lower rerank.chunks_per_call or chunker.chunk_tokens"


def _chunk(entry: int, built: BuiltIndex) -> tuple[int, Span]:
    return built.entries[entry].document, built.entries[entry].chunk


def _purpose(batch: Sequence[object]) -> str:
    return f"the relevance of {counted(len(batch), 'chunk')}"


def _prompt(question: str, batch: Sequence[tuple[int, Span]], built: BuiltIndex) -> str:
    texts = [built.documents[document].text[slice(*chunk)] for document, chunk in batch]
    numbered = "\n\n".join(f"Document {number}:\n{text}" for number, text in enumerate(texts, 1))
    return fill(PROMPT, context_str=numbered, query_str=question)


def _note(problems: Sequence[str], resources: Resources) -> None:
    if problems:
        more = f"; and {len(problems) - _MAX_PROBLEMS} more" if len(problems) > _MAX_PROBLEMS else ""
        resources.asked.note(f"Of the relevances by the language model: {'; '.join(problems[:_MAX_PROBLEMS])}{more}.")
