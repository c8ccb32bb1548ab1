"""A test of a chat model: one line on what works, or on what is wrong and how to fix it."""

from __future__ import annotations

import time
from typing import NamedTuple

from rag_core.llms.base import ChatModel, LlmError, Usage
from rag_core.llms.client import OpenAIChat

_PROMPT = "Count from one to ten in words."
_MAX_TOKENS = 64
_MAX_LISTED = 5
_NOT_FOUND = 404


class _Trial(NamedTuple):
    pieces: int
    first_s: float
    total_s: float
    usage: Usage


async def test_connection(llm: ChatModel) -> str:
    """Ask for a few words; raises LlmError, which lists the server's models where this one does not exist."""
    try:
        llm.forget_window()
        await llm.learn_window()
        return _sentence(llm, await _tried(llm))
    except LlmError as error:
        names = await _names(llm) if error.status == _NOT_FOUND else []
        if not names or llm.model in names:  # in the latter case, something else is not there
            raise
    raise LlmError(
        f"{llm.base_url} has no language model {llm.model!r}. It has {_some(names)}.", status=_NOT_FOUND, fatal=True
    )


async def _tried(llm: ChatModel) -> _Trial:
    started = time.perf_counter()
    pieces, first_s, usage = 0, 0.0, Usage(1, None, None)
    async for piece in llm.stream(_PROMPT, _MAX_TOKENS):
        if piece.text:
            pieces += 1
            first_s = first_s or time.perf_counter() - started
        usage = piece.usage or usage
    if not pieces:
        raise LlmError(f"{llm.name} responded, but with an empty answer. Try another model.")
    return _Trial(pieces, first_s, time.perf_counter() - started, usage)


def _sentence(llm: ChatModel, trial: _Trial) -> str:
    streams = "streams" if trial.pieces > 1 else "does not stream"
    counted = trial.usage.completion_tokens is not None
    counts = "reports token counts" if counted else "reports no token counts"
    sentence = (
        f"{llm.name} works: first word after {trial.first_s:.1f} s, whole answer after {trial.total_s:.1f} s; "
        f"it {streams} and {counts}."
    )
    if isinstance(llm, OpenAIChat) and not llm.context_is_known:
        return (
            f"{sentence} Its context window is unknown; {llm.context_tokens:,} tokens are assumed: enter it if it is "
            "another."
        )
    return f"{sentence} Its context window has {llm.context_tokens:,} tokens."


async def _names(llm: ChatModel) -> list[str]:
    return await llm.list_models() if isinstance(llm, OpenAIChat) else []


def _some(names: list[str]) -> str:
    rest = len(names) - _MAX_LISTED
    return ", ".join(names[:_MAX_LISTED]) + (f" and {rest:,} more" if rest > 0 else "")
