"""Which chat model the user wants, and the one object in this process that is it."""

from __future__ import annotations

import hashlib
import math
import os
import threading
from collections import OrderedDict
from typing import Any, NamedTuple

from rag_core.errors import UserError
from rag_core.llms.base import ChatModel
from rag_core.servers.addresses import checked_address, checked_key
from rag_core.servers.credentials import LLM_URL_VARIABLE, OPENAI_URL, default_base_url, llm_api_key_for

OPENAI, OPENAI_LIKE = PROVIDERS = ("openai", "openai-like")
PROVIDER_VARIABLE = "CHUNKSCOPE_LLM"
_MODEL_VARIABLE = "CHUNKSCOPE_LLM_MODEL"
BOUNDS: dict[str, tuple[float, float]] = {
    "temperature": (0, 2),
    "context_tokens": (0, 10_000_000),
    "answer_tokens": (1, 1_000_000),
    "timeout_s": (0.1, 86_400),
}
NUMERIC_FIELDS = tuple(BOUNDS)
_MOST_MODELS = 16
_lock = threading.Lock()
_opened: OrderedDict[tuple[LlmChoice, str], ChatModel] = OrderedDict()


class LlmChoice(NamedTuple):
    """What names a model and how it is asked; no key, so that it can be shown and put into links.

    `base_url`: without one, the environment's server or OpenAI's. `context_tokens` of 0: as known, else 4,096.
    `timeout_s` is for connecting, and for the wait between two pieces of an answer.
    """

    provider: str
    model: str
    base_url: str = ""
    temperature: float = 0.1
    context_tokens: int = 0
    answer_tokens: int = 512
    timeout_s: float = 60.0


DEFAULT_CHOICE = LlmChoice(OPENAI_LIKE, "")


def llm_from_environment() -> LlmChoice | None:
    """The model that CHUNKSCOPE_LLM and its like name; None without it, whatever keys there are.

    Raises UserError naming the variable that is wrong.
    """
    provider = os.environ.get(PROVIDER_VARIABLE, "").strip()
    if not provider:
        return None
    if provider not in PROVIDERS:
        raise UserError(f"{PROVIDER_VARIABLE}={provider!r} is not known. Valid: {', '.join(PROVIDERS)}.")
    model, base_url = (os.environ.get(name, "").strip() for name in (_MODEL_VARIABLE, LLM_URL_VARIABLE))
    if not model:
        raise UserError(f"{PROVIDER_VARIABLE} is set, but {_MODEL_VARIABLE} is not: name the model, or unset both.")
    if provider == OPENAI_LIKE and not base_url:
        raise UserError(
            f"{PROVIDER_VARIABLE}={OPENAI_LIKE} needs {LLM_URL_VARIABLE}, such as http://localhost:11434/v1."
        )
    return LlmChoice(provider, model, base_url, **{field: _number(field) for field in BOUNDS})


def _number(field: str) -> Any:
    usual, (low, high) = getattr(DEFAULT_CHOICE, field), BOUNDS[field]
    variable = f"{PROVIDER_VARIABLE}_{field.upper()}"
    text = os.environ.get(variable, "").strip()
    try:
        value = type(usual)(text) if text else usual
    except ValueError:
        value = math.nan
    if not low <= value <= high:
        whole = " whole" if isinstance(usual, int) else ""
        raise UserError(f"{variable}={text!r} is not a{whole} number from {low:,} to {high:,}.")
    return value


def llm_of(choice: LlmChoice, key: str = "") -> ChatModel:
    """The process's chat model of that choice; connects to nothing. Without a key, the environment's is taken.

    Raises UserError where the choice names no model, or a number is out of bounds.
    """
    choice = checked_choice(choice)
    key = checked_key(key or llm_api_key_for(choice.base_url))
    if choice.base_url == OPENAI_URL and not key:
        raise UserError(f"{choice.model} needs an OpenAI key: set OPENAI_API_KEY, or type it into the app.")
    known = (choice, hashlib.sha256(key.encode()).hexdigest())
    with _lock:
        if known not in _opened:
            _opened[known] = _made(choice, key)
        _opened.move_to_end(known)
        while len(_opened) > _MOST_MODELS:
            _opened.popitem(last=False)
        return _opened[known]


def has_environment_key(choice: LlmChoice) -> bool:
    """Whether the environment has a key for the model's server."""
    return bool(llm_api_key_for(choice.base_url or default_base_url()))


def _made(choice: LlmChoice, key: str) -> ChatModel:
    from rag_core.llms.client import OpenAIChat, load_in_background

    load_in_background()
    return OpenAIChat(choice, key)


def checked_choice(choice: LlmChoice) -> LlmChoice:
    """The choice with its address in full; raises UserError where it names no model, or a number is out of bounds."""
    if choice.provider not in PROVIDERS:
        raise UserError(f"There is no provider {choice.provider!r}. Valid: {', '.join(PROVIDERS)}.")
    if not choice.model.strip():
        raise UserError("No language model is named. Give its name, such as gpt-4o-mini or qwen2.5:7b.")
    if choice.provider == OPENAI_LIKE and not choice.base_url.strip():
        raise UserError("The language model's server has no address. Give it, such as http://localhost:11434/v1.")
    for field, (low, high) in BOUNDS.items():
        if not low <= (value := getattr(choice, field)) <= high:
            raise UserError(f"The language model's {field} is {value:,}; it must be from {low:,} to {high:,}.")
    base_url = checked_address(choice.base_url.strip() or default_base_url())
    return choice._replace(model=choice.model.strip(), base_url=base_url)
