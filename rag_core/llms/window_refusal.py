"""Refusals of a prompt for its length: the context window that the server names in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import openai

_TOO_LONG = re.compile(
    r"context[ _](size|length|window|limit)|too long|too many tokens|(maximum|max|longer|larger)[\w ]* (model|prompt|"
    r"input|sequence)? ?length|max_(model|seq)_len|input tokens? (count )?\(?\d*\)? ?exceed|max_new_tokens`? must be|"
    r"exceeds? the maximum number of tokens|`inputs` must have|exceed_context_size|context_length_exceeded",
    re.IGNORECASE,
)
_RATE_LIMIT = re.compile(r"per (minute|day|hour|second)|rate limit|\b[TR]P[MD]\b", re.IGNORECASE)
_NUMBER = r"(\d[\d,_.]*\d)"
_EXCESS = re.compile(rf"(?:exceeded|exceeds|too long|over)[\w ]* by {_NUMBER}", re.IGNORECASE)
# The window, in the words of OpenAI, vLLM, llama.cpp, LM Studio, SGLang and OpenRouter; vLLM and TabbyAPI; Anthropic;
# Mistral; Text Generation Inference; Google.
_WINDOWS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"context[ _](?:size|length|window)[^.\d;>]{{0,40}}?{_NUMBER}",
        rf"(?:max_(?:model|seq)_len|maximum (?:model|prompt|input|sequence) length)[^\d]{{0,30}}{_NUMBER}",
        rf"\d[ \w]*>\s*{_NUMBER}",
        rf"{_NUMBER}(?: tokens)? maximum",
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


class Refusal(NamedTuple):
    """The window, or else by how many tokens the prompt exceeds it, and the prompt's tokens as the server counts."""

    window_tokens: int | None
    excess_tokens: int | None
    prompt_tokens: int | None


def is_too_long(error: openai.APIError) -> bool:
    """Whether a prompt was refused for its length, and not for a limit of requests."""
    text = f"{error.code} {error.type} {error.message} {error.body}"
    return bool(_TOO_LONG.search(text)) and not _RATE_LIMIT.search(text)


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
    window = _first(_WINDOWS, text)
    return Refusal(window, None, prompt if prompt != window else None) if window else None


def _text(error: openai.APIError) -> str:
    """The server's words: of the body too, whose form differs from server to server."""
    body = error.body
    return str(body.get("message") or body) if isinstance(body, dict) else f"{error.message} {body or ''}"


def _first(patterns: list[re.Pattern[str]], text: str) -> int | None:
    found = next((match for pattern in patterns if (match := pattern.search(text))), None)
    return _count(int(re.sub(r"\D", "", found[1]))) if found else None


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and value > 0 else None
