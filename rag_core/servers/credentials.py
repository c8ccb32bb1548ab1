"""What the environment says of servers, and to which of them its secrets may go."""

from __future__ import annotations

import os

OPENAI_URL = "https://api.openai.com/v1"
KEY_VARIABLE = "OPENAI_API_KEY"
LLM_KEY_VARIABLE, LLM_URL_VARIABLE = "CHUNKSCOPE_LLM_API_KEY", "CHUNKSCOPE_LLM_BASE_URL"
_URL_VARIABLES = ("OPENAI_BASE_URL", "OPENAI_API_BASE")
# Headers that OpenAI's client makes of the environment for whatever address it is given.
_MADE_HEADERS = {"OPENAI_ORG_ID": "OpenAI-Organization", "OPENAI_PROJECT_ID": "OpenAI-Project"}
_HEADERS_VARIABLE = "OPENAI_CUSTOM_HEADERS"


def default_base_url() -> str:
    """The address of the server that the environment names, or OpenAI's."""
    named = next((os.environ[name] for name in _URL_VARIABLES if os.environ.get(name)), OPENAI_URL)
    return named.rstrip("/")


def api_key_for(base_url: str) -> str:
    """The environment's key, for the server that the environment means: no other gets it."""
    return os.environ.get(KEY_VARIABLE, "") if is_default_server(base_url) else ""


def llm_api_key_for(base_url: str) -> str:
    """The same for chat models, which may have a server and a key of their own."""
    own_url = os.environ.get(LLM_URL_VARIABLE, "").strip().rstrip("/")
    own_key = os.environ.get(LLM_KEY_VARIABLE, "")
    is_own = base_url.rstrip("/") == own_url if own_url else is_default_server(base_url)
    return own_key if own_key and is_own else api_key_for(base_url)


def is_default_server(base_url: str) -> bool:
    """Whether the address is the environment's; none is."""
    return not base_url or base_url.rstrip("/") == default_base_url()


def environment_headers() -> list[str]:
    """The names of the headers that OpenAI's client would add from the environment."""
    custom = [line.partition(":")[0].strip() for line in os.environ.get(_HEADERS_VARIABLE, "").splitlines()]
    return [*_MADE_HEADERS.values(), *filter(None, custom)]
