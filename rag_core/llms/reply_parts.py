"""What an event of a streamed answer says: text, reasoning, why the answer ends, and tokens counted."""

from __future__ import annotations

from typing import Any, NamedTuple

from rag_core.llms.base import Usage

# Fields with reasoning, by server: DeepSeek, vLLM and llama.cpp; Ollama and OpenRouter; OpenRouter; Copilot; LiteLLM.
_REASONING_FIELDS = (
    "reasoning_content",
    "reasoning",
    "reasoning_details",
    "reasoning_text",
    "thinking_blocks",
    "thinking",
)
_TEXT_TYPES = ("text", "output_text", "message")
# Where the text of a part of `content` stands.
_TEXT_FIELDS = ("text", "thinking", "reasoning", "content", "summary", "value")


class ReplyPart(NamedTuple):
    """One event. `choices`: whether it has any; an answer without one is not by OpenAI's protocol."""

    text: str = ""
    reasoning: str = ""
    end: str = ""
    choices: bool = False


def part_of(event: dict[str, Any]) -> ReplyPart:
    """The part of an answer that an event brings, a piece of it (`delta`) or all of it (`message`).

    Raises ValueError or TypeError where it is not by the protocol.
    """
    choices = event.get("choices") or []
    if not isinstance(choices, list):
        raise ValueError("`choices` is not a list.")
    if not choices:
        return ReplyPart()
    # A server may send several answers, each with its index, in any order; the first one is ours.
    choice = next((choice for choice in choices if choice.get("index") in (0, None)), None)
    if choice is None:
        return ReplyPart(choices=True)
    message = choice.get("delta") or choice.get("message") or {}
    text, reasoning = _separated(message.get("content") or message.get("refusal") or choice.get("text") or "")
    named = next((message[name] for name in _REASONING_FIELDS if message.get(name)), "")
    end = choice.get("finish_reason")
    return ReplyPart(text, reasoning or _joined(named), end.lower() if isinstance(end, str) else "", True)


def usage_of(event: dict[str, Any]) -> Usage | None:
    """The tokens that the server counted, or None where it counted none."""
    usage = event.get("usage")
    usage = usage if isinstance(usage, dict) else {}
    counted = [usage.get(name) for name in ("prompt_tokens", "completion_tokens")]
    if not all(isinstance(count, int) and count >= 0 for count in counted):
        return None
    return Usage(1, *counted)


def cached_tokens_of(event: dict[str, Any]) -> int:
    """How many of the prompt's tokens the server took from its cache, as far as it says so."""
    usage = event.get("usage")
    usage = usage if isinstance(usage, dict) else {}
    details = usage.get("prompt_tokens_details")
    counts = [usage.get("cache_read_input_tokens"), details.get("cached_tokens") if isinstance(details, dict) else 0]
    return max((count for count in counts if isinstance(count, int)), default=0)


def _separated(content: Any) -> tuple[str, str]:
    """The text and the reasoning of `content`: a text, a typed part, or a list of them."""
    if isinstance(content, str):
        return content, ""
    parts = [part if isinstance(part, dict) else {"text": part} for part in _listed(content)]
    answer = [part for part in parts if _is_answer(part)]
    return _joined(answer), _joined([part for part in parts if part not in answer])


def _listed(content: Any) -> list[Any]:
    if isinstance(content, dict):
        return [content]
    if not isinstance(content, list):
        raise TypeError("`content` is neither a text nor a list of parts.")
    return content


def _is_answer(part: dict[str, Any]) -> bool:
    kind = str(part.get("type") or "text").lower()
    return kind in _TEXT_TYPES and not any(part.get(name) for name in ("thought", *_REASONING_FIELDS))


def _joined(value: Any) -> str:
    """The texts in a value, whatever its form."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(map(_joined, value))
    if isinstance(value, dict):
        return next((_joined(value[name]) for name in _TEXT_FIELDS if value.get(name)), "")
    return ""
