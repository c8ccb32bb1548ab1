"""The query transform `multi_query`: searches for the question and for other wordings of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field
from typing_extensions import override

from rag_core.answers.prompts import fill
from rag_core.part import register
from rag_core.parts.query.base import QueryTransform
from rag_core.parts.query.query_lines import query_lines
from rag_core.stages.asking import Prompt, ask
from rag_core.stages.query import Query
from rag_core.stages.resources import Resources
from rag_core.text.numbers import counted

# That of LlamaIndex's QueryFusionRetriever, to the letter.
PROMPT = (
    "You are a helpful assistant that generates multiple search queries based on a single input query. Generate "
    "{num_queries} search queries, one on each line, related to the following input query:\n"
    "Query: {query}\n"
    "Queries:\n"
)


@register
class MultiQuery(QueryTransform):
    """A language model writes several search queries, as in LlamaIndex's QueryFusionRetriever and LangChain's
    MultiQueryRetriever; their scores are added to those of the question by weight.

    LlamaIndex fuses the hits of each query, and LangChain takes the union of them. Here all entries are ranked by the
    weighted mean of their scores, each query's scaled to the range from 0 to 1, as by any search for several queries.
    """

    kind: Literal["multi_query"] = "multi_query"
    label: ClassVar[str] = "Multi-query"
    summary: ClassVar[str] = "A language model writes several search queries, which are searched with the question"
    asks_llm: ClassVar[bool] = True

    generated: int = Field(
        3,
        ge=1,
        le=10,
        title="Generated queries",
        description="Number of queries that the language model is asked for, in one call",
    )
    generated_weight: float = Field(
        1.0,
        ge=0.1,
        le=5,
        title="Weight of each",
        description="Weight of the scores of each generated query in the sum; those of the question have the weight 1",
    )

    @property
    @override
    def max_calls(self) -> int:
        return 1

    @override
    def short(self) -> str:
        return f"multi-query, {self.generated} generated"

    @override
    def queries(self, question: str, resources: Resources) -> Sequence[Query]:
        text = fill(PROMPT, num_queries=str(self.generated), query=question)
        purpose = counted(self.generated, "search query", "search queries")
        [reply] = ask(self, [Prompt(text, purpose, "shorten the question")], resources)
        found = query_lines(reply, self.generated)
        new = [query for query in found if query.casefold() != " ".join(question.split()).casefold()]
        if len(new) < self.generated:
            resources.asked.note(
                f"The language model wrote {len(new)} new search queries of {self.generated}; those are searched with "
                "the question."
            )
        return [Query(question), *(Query(query, self.generated_weight) for query in new)]
