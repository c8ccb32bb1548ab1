"""What it takes to put all hits of a column into one prompt: tokens, cost, and the context window."""

from __future__ import annotations

from collections.abc import Sequence

from rag_core.answers.context import BETWEEN, conservative_count, excerpts_of
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
    excerpts = [excerpt.numbered + BETWEEN for excerpt in excerpts_of(hits, documents)]
    around, reserved = fill(template, context_str="", query_str=question), conservative_count(llm)
    tokens = sum(map(llm.count_tokens, [around, *excerpts])) + PROMPT_OVERHEAD
    needed = sum(map(reserved, [around, *excerpts])) + PROMPT_OVERHEAD + llm.answer_tokens
    prompt_tokens = round(llm.token_ratio * tokens)
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
