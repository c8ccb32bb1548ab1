"""The query transform `hyde`: searches for what an answer could look like."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field
from typing_extensions import override

from rag_core.answers.prompts import fill
from rag_core.part import register
from rag_core.parts.query.base import QueryTransform
from rag_core.stages.asking import Prompt, ask
from rag_core.stages.query import Query
from rag_core.stages.resources import Resources
from rag_core.text.numbers import counted

# LlamaIndex's DEFAULT_HYDE_PROMPT, to the letter.
PROMPT = """Please write a passage to answer the question
Try to include as many key details as possible.


{question}


Passage:\"\"\"
"""


@register
class HyDE(QueryTransform):
    """Hypothetical document embeddings (Gao et al. 2022, arXiv 2212.10496), with LlamaIndex's prompt.

    A language model writes passages that answer the question, whether true or not. The entries are compared with the
    mean of the passages' vectors and, with `include_original`, the question's, as in the paper and in LlamaIndex's
    HyDEQueryTransform. The passages are embedded as passages, since that is what they resemble. BM25 searches for the
    question alone: the method is one for vectors, and words that the model made up would count as rare ones.
    """

    kind: Literal["hyde"] = "hyde"
    label: ClassVar[str] = "HyDE"
    summary: ClassVar[str] = "A language model writes a hypothetical answer, and entries that resemble it are searched"
    asks_llm: ClassVar[bool] = True
    changes_vectors_only: ClassVar[bool] = True

    hypotheses: int = Field(
        1,
        ge=1,
        le=8,
        title="Hypothetical answers",
        description="Number of passages that the language model writes, one call each; they differ only with a "
        "temperature above 0. Their vectors are averaged",
    )
    include_original: bool = Field(
        True,
        title="With the question",
        description="Whether the question's vector is averaged with those of the hypothetical answers",
    )

    @property
    @override
    def max_calls(self) -> int:
        return self.hypotheses

    @override
    def short(self) -> str:
        return f"HyDE, {counted(self.hypotheses, 'hypothetical answer')}"

    @override
    def queries(self, question: str, resources: Resources) -> Sequence[Query]:
        text = fill(PROMPT, question=question)
        prompts = [
            Prompt(text, "a hypothetical answer", "shorten the question", sample) for sample in range(self.hypotheses)
        ]
        written = ask(self, prompts, resources)
        if len(written) > len(set(written)) == 1:
            resources.asked.note(
                f"All {len(written)} hypothetical answers are the same: raise the temperature of the language model."
            )
        passages = [Query(one, written.count(one), "passage", "dense", averaged=True) for one in dict.fromkeys(written)]
        asked = Query(question, averaged=True) if self.include_original else Query(question, use="bm25")
        return [*passages, asked]
