"""The space that a prompt leaves for the answer in a model's context window."""

from __future__ import annotations

import math

from rag_core.llms.base import ChatModel

_MIN_ANSWER_TOKENS = 100  # with less space, a text would end in the middle


def max_prompt_tokens(llm: ChatModel) -> int:
    """The maximum length of a prompt that leaves space for the answer in the model's context window."""
    return llm.context_tokens - llm.answer_tokens


def answer_space(llm: ChatModel, prompt_tokens: int) -> int:
    """The maximum of the answer beside a prompt; less than the model's in a small window, 0 if the prompt is too long.

    `prompt_tokens` are counted by `llm.count_tokens`.
    """
    left = llm.context_tokens - math.ceil(llm.token_ratio * prompt_tokens)
    return min(left, llm.answer_tokens) if left >= min(_MIN_ANSWER_TOKENS, llm.answer_tokens) else 0
