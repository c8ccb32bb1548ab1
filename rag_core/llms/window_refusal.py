"""Refusals of a prompt for its length: the context window that the server names in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from rag_core.servers.messages import message_in

if TYPE_CHECKING:
    import openai

_TOO_LONG = re.compile(
    r"context[ _](size|length|window|limit)|too long|too many tokens|(maximum|max|longer|larger)[\w ]* (model|prompt|"
    r"input|sequence)? ?length|max_(model|seq)_len|input tokens? (count )?\(?\d*\)? ?exceed|max_new_tokens`? must be|"
    r"exceeds? the maximum number of tokens|`inputs` must have|exceed_context_size|context_length_exceeded",
    re.IGNORECASE,
)
# The same in other words, all three of them.
_OF_PROMPT = re.compile(
    r"\b(prompts?|inputs?|sequences?|context|messages?|requested tokens)\b|\bn_ctx\b", re.IGNORECASE
)
_OF_TOKENS = re.compile(r"\b(tokens?|length|context|window)\b|\bn_ctx\b|max_num_tokens", re.IGNORECASE)
_EXCEEDS = re.compile(
    r"exceed|(greater|larger|longer|more) than|too (long|large|many)|at most|not fit|\bmax(imum)? context|\bwindow is\b"
    r"|range of input length",
    re.IGNORECASE,
)
_RATE_LIMIT = re.compile(r"per (minute|day|hour|second)|rate limit|\b[TR]P[MD]\b", re.IGNORECASE)
_NUMBER = r"(\d[\d,_.]*(?:\d|k\b))"
_EXCESS = re.compile(rf"(?:exceeded|exceeds|too long|over)[\w ]* by {_NUMBER}", re.IGNORECASE)
# The window, in the words of Anthropic and vLLM; gateways; OpenAI, vLLM, llama.cpp, LM Studio, SGLang and OpenRouter;
# vLLM and TabbyAPI; Anthropic; others; DashScope; Mistral; Text Generation Inference; Google.
_WINDOWS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\d[ \w]*>\s*{_NUMBER}",
        rf"\blimit(?: of| is|:)? {_NUMBER}",
        rf"context[ _](?:size|length|window)[^.\d;>]{{0,40}}?{_NUMBER}",
        rf"(?:max_(?:model|seq)_len|maximum (?:model|prompt|input|sequence) length)[^\d]{{0,30}}{_NUMBER}",
        rf"{_NUMBER}(?: tokens)? maximum",
        rf"max(?:imum)? context\D{{0,20}}{_NUMBER}",
        rf"range of input length\D{{0,20}}\d+,\s*{_NUMBER}",
        rf"(?:must be|must have)\s*(?:<=|<|less than|at most|no more than)\s*{_NUMBER}",
        rf"(?:number of tokens allowed|limit of|cannot exceed|at most|maximum of)[^\d]{{0,10}}{_NUMBER}",
    )
]
_PROMPTS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_NUMBER} (?:in the messages|of text input|tokens from the input|input tokens|`inputs` tokens)",
        rf"(?:request|input|prompt)(?: token count)? \((?:length )?{_NUMBER}",
        rf"(?:too long:|resulted in|contains|first|given:|length) {_NUMBER}",
    )
]
_MIN_NUMBER = 600  # less may be the status of an error
_TWO = 2


class Refusal(NamedTuple):
    """The window, or else by how many tokens the prompt exceeds it, and the prompt's tokens as the server counts."""

    window_tokens: int | None
    excess_tokens: int | None
    prompt_tokens: int | None


def is_too_long(error: openai.APIError) -> bool:
    """Whether a prompt was refused for its length, and not for a limit of requests."""
    text = f"{error.code} {error.type} {_text(error)}"
    if _RATE_LIMIT.search(text):
        return False
    return bool(_TOO_LONG.search(text)) or all(found.search(text) for found in (_OF_PROMPT, _OF_TOKENS, _EXCEEDS))


def refusal_of(error: openai.APIError) -> Refusal | None:
    """What a refusal says in numbers; None where the error is none, or names no number."""
    if not is_too_long(error):
        return None
    text, body = _text(error), error.body if isinstance(error.body, dict) else {}
    prompt = _count(body.get("n_prompt_tokens")) or _first(_PROMPTS, text)
    if window := _count(body.get("n_ctx")):
        return Refusal(window, None, prompt)
    if excess := _first([_EXCESS], text):
        return Refusal(None, excess, prompt)
    window = _window(text)
    return Refusal(window, None, prompt if prompt != window else None) if window else None


def _window(text: str) -> int | None:
    """The window; in unknown words the smaller one of two numbers, since the larger one did not fit into it."""
    if window := _first(_WINDOWS, text):
        return window
    numbers = {number for found in re.findall(_NUMBER, text) if (number := _value(found)) >= _MIN_NUMBER}
    return min(numbers) if len(numbers) == _TWO else None


def _text(error: openai.APIError) -> str:
    """The server's words, without the request that some servers repeat."""
    return message_in(error.body) or error.message


def _first(patterns: list[re.Pattern[str]], text: str) -> int | None:
    found = next((match for pattern in patterns if (match := pattern.search(text))), None)
    return _count(_value(found[1])) if found else None


def _value(number: str) -> int:
    """The value of a number that is written with commas, or in thousands."""
    digits = re.sub(r"\.0+$", "", number)
    return int(re.sub(r"\D", "", digits)) * (1000 if number[-1] in "kK" else 1)


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and value > 0 else None
