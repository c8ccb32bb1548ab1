"""What a column says whose search gives no scores, since it takes the text as it is: is retrieval needed at all?"""

from __future__ import annotations

from rag_core.answers.context_cost import context_cost
from rag_core.llms.base import ChatModel
from rag_core.pipeline.build import StrategyIndex
from rag_core.stages.results import ContextCost
from rag_core.stages.retrieval import Retrieval
from rag_core.text.numbers import counted


def cost_of_context(built: StrategyIndex, retrieval: Retrieval, llm: ChatModel | None) -> ContextCost | None:
    """What one question costs with all of the hits; None without a chat model, and for a search that gives scores."""
    if llm is None or built.strategy.search.gives_scores or not retrieval.hits:
        return None
    return context_cost(retrieval.question, retrieval.hits, built.documents, built.strategy.answer.prompt, llm)


def whole_text_notices(built: StrategyIndex, context_tokens: int, cost: ContextCost | None) -> list[str]:
    """The size of the context, its cost with the chat model, and whether it fits the model's window."""
    strategy = built.strategy
    if strategy.search.gives_scores:
        return []
    found = [f"Without retrieval, every question takes these {counted(context_tokens, 'token')} of context."]
    if strategy.budget.min_score is not None and strategy.rerank.kind == "none":
        found.append(f"budget.min_score does not apply: search.kind={strategy.search.kind} gives no scores.")
    return found if cost is None else [*found, _price(cost), _fit(cost)]


def _price(cost: ContextCost) -> str:
    size = f"a prompt of about {cost.prompt_tokens:,} tokens and an answer of at most {cost.answer_tokens:,}"
    if cost.cost_usd is None:
        return (
            f"What a question costs with {cost.model} is unknown ({size}): add the model's price to prices.toml in the "
            "cache folder, as docs/answers.md says."
        )
    return f"A question costs about {_dollars(cost.cost_usd)} with {cost.model}: {size}."


def _dollars(cost_usd: float) -> str:
    return f"${cost_usd:.4f}" if cost_usd < 0.1 else f"${cost_usd:.2f}"


def _fit(cost: ContextCost) -> str:
    if cost.fits:
        return f"All of it fits the context window of {cost.model}, {cost.window_tokens:,} tokens."
    return (
        f"It does not fit the context window of {cost.model}: it has {cost.window_tokens:,} tokens, and about "
        f"{cost.needed_tokens:,} are needed with question, answer and a reserve. In one call, only the hits that "
        "fit are read."
    )
