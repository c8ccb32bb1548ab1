"""The user's choice of a chat model: from the environment, and checked."""

from __future__ import annotations

from typing import Any, NamedTuple

from rag_core import settings
from rag_core.errors import UserError
from rag_core.servers.addresses import checked_address
from rag_core.servers.credentials import default_base_url

OPENAI, OPENAI_LIKE = PROVIDERS = settings.LLM_PROVIDER.choices
UNSET = "none"  # a temperature that is not sent
_NUMBERS: dict[str, settings.Number[Any] | settings.OptionalNumber] = {
    "temperature": settings.LLM_TEMPERATURE,
    "context_tokens": settings.LLM_CONTEXT_TOKENS,
    "answer_tokens": settings.LLM_ANSWER_TOKENS,
    "timeout_s": settings.LLM_TIMEOUT_S,
}
BOUNDS = {field: (number.minimum, number.maximum) for field, number in _NUMBERS.items()}
NUMERIC_FIELDS = tuple(_NUMBERS)


class LlmChoice(NamedTuple):
    """A chat model and how it is asked; without a key, so that it can be shown and put into links.

    An empty `base_url` is the environment's server or OpenAI's. `context_tokens` of 0: as known of the model, else
    told by the server, or 4,096; `temperature` of None: none is sent. `timeout_s` is for connecting, and for the wait
    between two parts of an answer.
    """

    provider: str
    model: str
    base_url: str = ""
    temperature: float | None = settings.LLM_TEMPERATURE.default
    context_tokens: int = settings.LLM_CONTEXT_TOKENS.default
    answer_tokens: int = settings.LLM_ANSWER_TOKENS.default
    timeout_s: float = settings.LLM_TIMEOUT_S.default


DEFAULT_CHOICE = LlmChoice(OPENAI_LIKE, "")


def llm_from_environment() -> LlmChoice | None:
    """The model that CHUNKSCOPE_LLM and the variables beside it name; None without it, whatever keys are set.

    Raises UserError naming the variable that is missing or invalid.
    """
    provider = settings.LLM_PROVIDER.read()
    if not provider:
        return None
    model, base_url = settings.LLM_MODEL.read(), settings.LLM_BASE_URL.read()
    if not model:
        raise UserError(
            f"{settings.LLM_PROVIDER.name} is set, but {settings.LLM_MODEL.name} is not: name the model, or unset both."
        )
    if provider == OPENAI_LIKE and not base_url:
        raise UserError(
            f"{settings.LLM_PROVIDER.name}={OPENAI_LIKE} requires {settings.LLM_BASE_URL.name}, such as "
            "http://localhost:11434/v1."
        )
    numbers: dict[str, Any] = {field: number.read() for field, number in _NUMBERS.items()}
    return LlmChoice(provider, model, base_url, **numbers)


def temperature_of(text: str) -> float | None:
    """The temperature that a text stands for; raises ValueError where it is neither a number nor "none"."""
    return None if text.strip().lower() == UNSET else float(text)


def checked_choice(choice: LlmChoice) -> LlmChoice:
    """The choice with its address in full; raises UserError where it names no model, or a number is out of bounds."""
    if choice.provider not in PROVIDERS:
        raise UserError(f"There is no provider {choice.provider!r}. Valid: {', '.join(PROVIDERS)}.")
    if not choice.model.strip():
        raise UserError("No language model is named. Give its name, such as gpt-4o-mini or qwen2.5:7b.")
    if choice.provider == OPENAI_LIKE and not choice.base_url.strip():
        raise UserError("The language model's server has no address. Give it, such as http://localhost:11434/v1.")
    for field, (low, high) in BOUNDS.items():
        value = getattr(choice, field)
        if value is not None and not low <= value <= high:
            bounds = f"from {low:,.10g} to {high:,.10g}"
            raise UserError(f"The language model's {field} is {value:,}; it must be {bounds}.")
    base_url = checked_address(choice.base_url.strip() or default_base_url())
    return choice._replace(model=choice.model.strip(), base_url=base_url)
