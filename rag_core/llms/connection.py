"""Trying a chat model: in one line what works, or what is wrong and how to mend it."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from asyncio import to_thread
from typing import Any

from rag_core.llms.base import ChatModel, LlmError, Usage

_PROMPT = "Count from one to ten in words."
_TOKENS = 64
_LISTED = 5
_LIST_TIMEOUT_S = 3.0
_NOT_FOUND = 404


async def test_connection(llm: ChatModel) -> str:
    """Asks for a few words; raises LlmError, which names the server's models where it does not know this one."""
    try:
        return await _tried(llm)
    except LlmError as error:
        if error.status != _NOT_FOUND or not (names := await to_thread(_listed, llm.base_url)):
            raise
        shown = ", ".join(names[:_LISTED]) + (f" and {len(names) - _LISTED} more" if len(names) > _LISTED else "")
    raise LlmError(
        f"{llm.base_url} has no language model {llm.model!r}. It has: {shown}.", status=_NOT_FOUND, hopeless=True
    )


async def _tried(llm: ChatModel) -> str:
    started = time.perf_counter()
    first_s, pieces, usage = 0.0, 0, Usage(1, None, None)
    async for piece in llm.stream(_PROMPT, _TOKENS):
        if piece.text:
            pieces += 1
            first_s = first_s or time.perf_counter() - started
        usage = piece.usage or usage
    if not pieces:
        raise LlmError(f"{llm.name} is there, but answered nothing. Try another model, or a longer answer.")
    streams = "streams" if pieces > 1 else "answers in one piece"
    counts = "counts its tokens" if usage.completion_tokens is not None else "does not say how many tokens it takes"
    elapsed_s = time.perf_counter() - started
    return (
        f"{llm.name} works: first word after {first_s:.1f} s, all after {elapsed_s:.1f} s; it {streams} and {counts}."
    )


def _listed(base_url: str) -> list[str]:
    """The names of the server's models, if it tells them to who has no key."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{base_url}/models", timeout=_LIST_TIMEOUT_S) as answer:
            listed: Any = json.loads(answer.read(1_000_000))
        return [str(model["id"]) for model in listed["data"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []
