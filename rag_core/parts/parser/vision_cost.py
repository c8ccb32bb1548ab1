"""What it takes to have a chat model read pages: tokens, cost and time, as far as they are known."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rag_core.llms.base import ChatModel, Usage
from rag_core.llms.image_tokens import image_tokens
from rag_core.llms.prices import cost_usd, prices_date
from rag_core.text.numbers import counted, duration

_WRITTEN_PER_PAGE = 900  # tokens: a page of print
_GUESS = f"a guess of {_WRITTEN_PER_PAGE:,} a page"
_DEFAULT_SECONDS = 20.0  # for a page of a model that was never timed


def offer_sentence(
    llm: ChatModel,
    sizes: Sequence[tuple[float, float]],
    width_px: int,
    *,
    prompt: str,
    total: int,
    seconds: float | None,
    at_once: int,
) -> str:
    """What would be sent, and what it costs; `sizes` are those of the pages to be read, of `total` that are wanted."""
    pictures = [(width_px, round(width_px * height / width)) for width, height in sizes]
    images = [image_tokens(llm, *picture) for picture in pictures]
    written = _WRITTEN_PER_PAGE * len(sizes)
    which = f"{len(sizes):,} of {counted(total, 'page')}"
    takes = duration(1000 * (_DEFAULT_SECONDS if seconds is None else seconds) * math.ceil(len(sizes) / at_once))
    timed = "a rough guess" if seconds is None else "from the pages read before"
    sent = f"Pictures of {which}, {width_px:,} pixels wide, would be sent to {llm.name}"
    tokens = _known(images)
    if tokens is None:
        return (
            f"{sent}: about {written:,} tokens would be written ({_GUESS}); how many tokens a picture has for this "
            f"model, and so the cost, is unknown. It takes about {takes} ({timed})."
        )
    read = tokens + llm.count_tokens(prompt) * len(sizes)
    cost = _cost(llm, read, written, len(sizes))
    tokens_said = f"about {read:,} tokens read and {written:,} written ({_GUESS})"
    return f"{sent}: {tokens_said}, {cost}. It takes about {takes} ({timed})."


def _known(tokens: Sequence[int | None]) -> int | None:
    known = [count for count in tokens if count is not None]
    return sum(known) if len(known) == len(tokens) else None


def _cost(llm: ChatModel, read: int, written: int, calls: int) -> str:
    usd = cost_usd(llm, Usage(calls, read, written))
    if usd is None:
        return "at an unknown price"
    return f"about ${usd:,.2f} by the prices of {prices_date(llm)}" if usd >= 0.005 else "less than $0.01"
