"""An estimate of the calls, tokens, cost and time of generating the missing texts."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Sequence
from statistics import fmean, median
from typing import NamedTuple

from rag_core.enrichment.chunk_texts import Call
from rag_core.enrichment.records import GeneratedText, Record
from rag_core.enrichment.written_text import WrittenText
from rag_core.llms.answer_space import answer_space
from rag_core.llms.base import ChatModel, Usage
from rag_core.llms.prices import cost_usd

CONCURRENCY = 8  # calls at the same time
_DEFAULT_SECONDS = 4.0  # per call of a model that was never timed
_timed: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=100))


class Estimate(NamedTuple):
    """What generating the missing texts takes. `cost_usd` is None where the price is unknown.

    `seconds` is estimated from `timed_calls` of this model; with none, it is a guess. `too_long` chunks do not fit into
    the model's context window: they get no calls, and are not counted in `calls`.
    """

    calls: int
    prompt_tokens: int
    completion_tokens: int
    cost_usd: float | None
    seconds: float
    timed_calls: int
    too_long: int


def estimate_of(
    calls: Sequence[Call], found: Sequence[Record], texts: Sequence[WrittenText], llm: ChatModel
) -> Estimate:
    """The estimate for `calls`, from the tokens and times of the texts in `found`, which exist already."""
    counted = [(call, call.prompt_tokens) for call in calls]
    sent = [(call, count) for call, count in counted if answer_space(llm, count)]
    fitting = [call.text for call, _ in sent]
    prompt_tokens = sum(count for _, count in sent)
    answers = {text: _tokens([record[text.kind] for record in found], text.expected_tokens, llm) for text in texts}
    completion_tokens = round(sum(fitting.count(text) * tokens for text, tokens in answers.items()))
    timed = _seconds(llm, found)
    return Estimate(
        calls=len(fitting),
        prompt_tokens=prompt_tokens,
        completion_tokens=completion_tokens,
        cost_usd=cost_usd(llm, Usage(len(fitting), prompt_tokens, completion_tokens)),
        seconds=(median(timed) if timed else _DEFAULT_SECONDS) * math.ceil(len(fitting) / CONCURRENCY),
        timed_calls=len(timed),
        too_long=len({call.chunk for call, count in counted if not answer_space(llm, count)}),
    )


def record_duration(llm: ChatModel, seconds: float) -> None:
    """Record the duration of a call, including the waits for other calls and for the server."""
    _timed[llm.identity].append(seconds)


def _seconds(llm: ChatModel, found: Sequence[Record]) -> list[float]:
    """Durations of single calls: of this process, or else of earlier ones for these chunks."""
    texts = [text for record in found for text in record.values() if text]
    return list(_timed[llm.identity]) or [text.seconds for text in texts if text.seconds is not None]


def _tokens(texts: Sequence[GeneratedText | None], default: int, llm: ChatModel) -> float:
    """The tokens of an answer: the mean of the known ones, or else `default`."""
    known = [text.completion_tokens for text in texts if text and text.completion_tokens is not None]
    return min(fmean(known) if known else default, llm.answer_tokens)
