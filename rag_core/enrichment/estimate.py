"""What it will take to have a model write what is missing: calls, tokens, money and time."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Sequence
from statistics import fmean, median
from typing import NamedTuple

from rag_core.enrichment.chunk_texts import Call
from rag_core.enrichment.records import Record, Written
from rag_core.llms.base import ChatModel, Usage
from rag_core.llms.prices import cost_usd

CONCURRENCY = 8  # calls at the same time
_GUESSED_S = 4.0  # a call, of a model that was never timed
_SUMMARY_TOKENS, _QUESTION_TOKENS = 150, 25  # of an answer, where none was written yet
_timed: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=100))


class Estimate(NamedTuple):
    """Of what is missing. `cost_usd` is None where the price is not known.

    `seconds` was reckoned from so many `timed_calls` of this model: from none, it is a guess. `too_long` chunks do not
    fit the model's window: calls about them will not be made, and are not among `calls`.
    """

    calls: int
    prompt_tokens: int
    completion_tokens: int
    cost_usd: float | None
    seconds: float
    timed_calls: int
    too_long: int


def estimate_of(calls: Sequence[Call], found: Sequence[Record], questions: int, llm: ChatModel) -> Estimate:
    """`found` is what was written before: what the model took for it tells what the rest will take."""
    counted = [(call, llm.count_tokens(call.prompt)) for call in calls]
    fitting = [call.what for call, count in counted if count <= max_prompt_tokens(llm)]
    prompt_tokens = sum(count for _, count in counted if count <= max_prompt_tokens(llm))
    summary_tokens = _tokens([record.summary for record in found], _SUMMARY_TOKENS, llm)
    questions_tokens = _tokens([record.questions for record in found], _QUESTION_TOKENS * questions, llm)
    completion_tokens = round(fitting.count("summary") * summary_tokens + fitting.count("questions") * questions_tokens)
    timed = _seconds(llm, found)
    return Estimate(
        calls=len(fitting),
        prompt_tokens=prompt_tokens,
        completion_tokens=completion_tokens,
        cost_usd=cost_usd(llm, Usage(len(fitting), prompt_tokens, completion_tokens)),
        seconds=(median(timed) if timed else _GUESSED_S) * math.ceil(len(fitting) / CONCURRENCY),
        timed_calls=len(timed),
        too_long=len({call.chunk for call, count in counted if count > max_prompt_tokens(llm)}),
    )


def max_prompt_tokens(llm: ChatModel) -> int:
    """Tokens of a prompt that leave room for the answer in the model's window."""
    return llm.context_tokens - llm.answer_tokens


def record_duration(llm: ChatModel, seconds: float) -> None:
    """A call of the model took so long, its waiting for others and for the server included."""
    _timed[llm.identity].append(seconds)


def _seconds(llm: ChatModel, found: Sequence[Record]) -> list[float]:
    """Of single calls: of this process's, or else of earlier ones' that wrote for these chunks."""
    texts = [text for record in found for text in record if text]
    return list(_timed[llm.identity]) or [text.seconds for text in texts if text.seconds is not None]


def _tokens(texts: Sequence[Written | None], guessed: int, llm: ChatModel) -> float:
    """Of an answer: the mean of those that are known."""
    known = [text.completion_tokens for text in texts if text and text.completion_tokens is not None]
    return min(fmean(known) if known else guessed, llm.answer_tokens)
