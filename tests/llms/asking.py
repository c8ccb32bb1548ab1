"""Asking a chat model in tests, as the app does: in the process's loop."""

from __future__ import annotations

import time
import traceback
from typing import NamedTuple

from rag_core.llms.base import ChatModel, LlmError, Usage
from rag_core.llms.choice import LlmChoice
from rag_core.llms.factory import llm_of
from rag_core.servers import loop

KEY = "sk-otters-Pq7Zx2Vw9Lm4Rt6Yb1Nc"
QUESTION = "What do otters eat? A question that is nobody's business."


class Answer(NamedTuple):
    text: str
    usage: Usage | None
    cut: bool
    error: LlmError | None
    pieces: int
    first_s: float
    total_s: float


def model_at(base_url: str, model: str, key: str = KEY, **options: float) -> ChatModel:
    return llm_of(LlmChoice("openai-like", model, base_url, **options), key)


async def answered(llm: ChatModel, prompt: str = QUESTION, max_tokens: int | None = None) -> Answer:
    """The whole stream, and how it ended."""
    started = time.monotonic()
    texts, usage, cut, error, first_s = [], None, False, None, 0.0
    try:
        async for piece in llm.stream(prompt, max_tokens):
            if piece.text and not texts:
                first_s = time.monotonic() - started
            texts += [piece.text] if piece.text else []
            usage, cut = piece.usage or usage, cut or piece.cut
    except LlmError as raised:
        error = raised
    return Answer("".join(texts), usage, cut, error, len(texts), first_s, time.monotonic() - started)


def streamed(llm: ChatModel, prompt: str = QUESTION, max_tokens: int | None = None) -> Answer:
    return loop.run(answered(llm, prompt, max_tokens))


def completed(llm: ChatModel, prompt: str = QUESTION, max_tokens: int | None = None) -> Answer:
    started = time.monotonic()
    try:
        text, usage = loop.run(llm.complete(prompt, max_tokens))
    except LlmError as error:
        return Answer("", None, False, error, 0, 0.0, time.monotonic() - started)
    return Answer(text, usage, False, None, 1, 0.0, time.monotonic() - started)


def one_sentence(error: LlmError | None, key: str = KEY) -> str:
    """What the user reads; the key is in nothing that the error brings along."""
    assert error is not None
    message = str(error)
    assert "\n" not in message
    assert 20 < len(message) < 500
    assert message.endswith(".") or "Its message: " in message
    link: BaseException | None = error
    while link is not None:
        assert key not in "".join(traceback.format_exception(link, chain=True))
        assert key not in repr(vars(link))
        link = link.__cause__ or link.__context__
    return message
