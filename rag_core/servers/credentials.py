"""The server that the environment names as the default, and which servers receive which secrets of the environment."""

from __future__ import annotations

from rag_core import settings
from rag_core.errors import UserError
from rag_core.servers.addresses import checked_address, without_version

OPENAI_URL = "https://api.openai.com/v1"
# Headers that OpenAI's client makes of OPENAI_ORG_ID and OPENAI_PROJECT_ID, whatever address it is given.
_ACCOUNT_HEADERS = ("OpenAI-Organization", "OpenAI-Project")


def default_base_url() -> str:
    """The address of the server that OPENAI_BASE_URL or OPENAI_API_BASE names, or OpenAI's; without a final slash."""
    return (settings.OPENAI_BASE_URL.read() or settings.OPENAI_API_BASE.read() or OPENAI_URL).rstrip("/")


def is_default_server(base_url: str) -> bool:
    """Whether an address is that of the default server; an empty one is."""
    return not base_url or is_same_server(base_url, default_base_url())


def is_same_server(one: str, other: str) -> bool:
    """Whether two addresses differ only in what is left out or added when they are typed, such as /v1 at the end."""
    try:
        return without_version(checked_address(one)) == without_version(checked_address(other))
    except UserError:  # such an address gets no request
        return one == other


def api_key_for(base_url: str) -> str:
    """OPENAI_API_KEY for the default server, and "" for any other: it is sent nowhere else."""
    return settings.OPENAI_API_KEY.read() if is_default_server(base_url) else ""


def llm_api_key_for(base_url: str) -> str:
    """The key for a chat model's server: CHUNKSCOPE_LLM_API_KEY for CHUNKSCOPE_LLM_BASE_URL, else `api_key_for`."""
    own_url = settings.LLM_BASE_URL.read()
    own_key = settings.LLM_API_KEY.read()
    is_own = is_same_server(base_url, own_url) if own_url else is_default_server(base_url)
    return own_key if own_key and is_own else api_key_for(base_url)


def environment_headers() -> list[str]:
    """The names of the headers that OpenAI's client would add because of environment variables."""
    lines = settings.OPENAI_CUSTOM_HEADERS.read().splitlines()
    custom = [line.partition(":")[0].strip() for line in lines]
    return [*_ACCOUNT_HEADERS, *filter(None, custom)]
