"""The one chat model of a choice in this process."""

from __future__ import annotations

import hashlib
import threading

from cachetools import LRUCache

from rag_core.errors import UserError
from rag_core.llms.base import ChatModel
from rag_core.llms.choice import LlmChoice, checked_choice
from rag_core.servers.addresses import checked_key
from rag_core.servers.credentials import OPENAI_URL, default_base_url, llm_api_key_for

_MAX_MODELS = 16
_lock = threading.Lock()
_opened: LRUCache[tuple[LlmChoice, str], ChatModel] = LRUCache(maxsize=_MAX_MODELS)


def llm_of(choice: LlmChoice, key: str = "") -> ChatModel:
    """The process's chat model of a choice; connects to nothing. Without a key, the environment's is used.

    Raises UserError where the choice names no model, or a number is out of bounds.
    """
    choice = checked_choice(choice)
    key = checked_key(key or llm_api_key_for(choice.base_url))
    if choice.base_url == OPENAI_URL and not key:
        raise UserError(f"{choice.model} requires an OpenAI API key: set OPENAI_API_KEY, or type it into the app.")
    known = (choice, hashlib.sha256(key.encode()).hexdigest())
    with _lock:
        llm = _opened.get(known)
        if llm is None:
            llm = _opened[known] = _open(choice, key)
        return llm


def has_environment_key(choice: LlmChoice) -> bool:
    """Whether the environment has a key for the model's server."""
    return bool(llm_api_key_for(choice.base_url or default_base_url()))


def _open(choice: LlmChoice, key: str) -> ChatModel:
    from rag_core.llms.client import OpenAIChat, load_in_background

    load_in_background()
    return OpenAIChat(choice, key)
