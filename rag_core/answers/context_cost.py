"""What it takes to put all hits of a column into one prompt: tokens, cost, and the context window."""

from __future__ import annotations

from collections.abc import Sequence

from rag_core.answers.context import BETWEEN, excerpts_of, reserved_tokens
from rag_core.answers.draft import PROMPT_OVERHEAD
from rag_core.answers.prompts import fill
from rag_core.documents.document import Document
from rag_core.errors import UserError
from rag_core.llms.base import ChatModel, Usage
from rag_core.llms.prices import cost_usd
from rag_core.servers import loop
from rag_core.stages.results import ContextCost, Hit


def context_cost(
    question: str, hits: Sequence[Hit], documents: Sequence[Document], template: str, llm: ChatModel
) -> ContextCost:
    """The cost of one question with all hits in one prompt, made with the template; asks the server for its window."""
    loop.run(llm.learn_window())
    around = fill(template, context_str="", query_str=question)
    texts = [around, *(excerpt.numbered + BETWEEN for excerpt in excerpts_of(hits, documents))]
    counts = list(map(llm.count_tokens, texts))
    reserved = sum(reserved_tokens(text, count, llm) for text, count in zip(texts, counts, strict=True))
    prompt_tokens = round(llm.token_ratio * (sum(counts) + PROMPT_OVERHEAD))
    needed = reserved + PROMPT_OVERHEAD + llm.answer_tokens
    return ContextCost(
        model=llm.model,
        prompt_tokens=prompt_tokens,
        answer_tokens=llm.answer_tokens,
        needed_tokens=needed,
        window_tokens=llm.context_tokens,
        fits=needed <= llm.context_tokens,
        cost_usd=_cost(llm, prompt_tokens),
    )


def _cost(llm: ChatModel, prompt_tokens: int) -> float | None:
    try:
        return cost_usd(llm, Usage(1, prompt_tokens, llm.answer_tokens))
    except UserError:  # the table of prices cannot be read, as the answer says
        return None
