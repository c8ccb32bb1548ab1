"""Servers of chat models on this machine, found at the ports that they usually have."""

from __future__ import annotations

import json
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

_PORTS = {
    11434: "Ollama",
    1234: "LM Studio",
    8000: "vLLM",
    8080: "llama.cpp",
    8081: "llama.cpp",
    5001: "KoboldCpp",
    1337: "Jan",
    4000: "LiteLLM",
}
_TIMEOUT_S = 0.4
_MOST_BYTES = 1_000_000
# Not for chat: what servers list beside chat models.
_OTHER_USES = ("embed", "whisper", "tts", "rerank")


class FoundServer(NamedTuple):
    """A server that answered; `name` is the program that usually has that port."""

    name: str
    base_url: str
    models: tuple[str, ...]


def found_servers() -> list[FoundServer]:
    """Those that list a chat model; takes half a second at most."""
    with ThreadPoolExecutor(len(_PORTS)) as pool:
        found = pool.map(_at, _PORTS)
    return [server for server in found if server is not None]


def _at(port: int) -> FoundServer | None:
    base_url = f"http://localhost:{port}/v1"
    # No proxy: it would be asked for this machine's own addresses.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://127.0.0.1:{port}/v1/models", timeout=_TIMEOUT_S) as answer:
            models = _chat_models(json.loads(answer.read(_MOST_BYTES)))
    except (OSError, ValueError):  # nobody there, or somebody else
        return None
    return FoundServer(_PORTS[port], base_url, models) if models else None


def _chat_models(listed: Any) -> tuple[str, ...]:
    data = listed.get("data") if isinstance(listed, dict) else None
    names = [str(model.get("id", "")) for model in data if isinstance(model, dict)] if isinstance(data, list) else []
    return tuple(name for name in names if name and not any(use in name.lower() for use in _OTHER_USES))
