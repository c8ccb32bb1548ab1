"""Servers of chat models on this machine, found at their default ports."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from rag_core.llms.model_list import fetch_model_list, model_names
from rag_core.servers import loop

if TYPE_CHECKING:
    import httpx

DEFAULT_PORTS = {
    11434: "Ollama",
    1234: "LM Studio",
    8000: "vLLM",
    8080: "llama.cpp",
    8081: "llama.cpp",
    5001: "KoboldCpp",
    1337: "Jan",
    4000: "LiteLLM",
}
# Programs by the owner that they state for their models; several programs share a port.
_OWNERS = {"llamacpp": "llama.cpp", "vllm": "vLLM", "library": "Ollama", "koboldcpp": "KoboldCpp"}
_TIMEOUT_S = 0.5
# Parts of names of models that servers list but that are not for chat.
_OTHER_USES = ("embed", "whisper", "tts", "rerank")
_SEARCH_INTERVAL_S = 20.0


class LocalServer(NamedTuple):
    """A server that answered; `name` is the program that it claims to be, or else the one with that default port."""

    name: str
    base_url: str
    models: tuple[str, ...]


def find_local_servers(ports: Mapping[int, str] = DEFAULT_PORTS) -> list[LocalServer]:
    """The servers at these ports that list a chat model; takes at most half a second.

    `ports` are the default ports of programs, whose names serve for servers that do not state theirs.
    """
    import httpx  # here and not in the event loop, which it would block

    return loop.run(_search(httpx.AsyncClient(trust_env=False, verify=False), ports))


async def _search(client: httpx.AsyncClient, ports: Mapping[int, str]) -> list[LocalServer]:
    async with client:
        tasks = [asyncio.create_task(_server_at(client, port, program)) for port, program in ports.items()]
        done, late = await asyncio.wait(tasks, timeout=_TIMEOUT_S)
        for task in late:
            task.cancel()
        return [server for task in tasks if task in done and (server := task.result())]


async def _server_at(client: httpx.AsyncClient, port: int, program: str) -> LocalServer | None:
    try:
        return _server(port, program, await fetch_model_list(client, f"http://127.0.0.1:{port}/v1"))
    except Exception:  # no server, or another one, which may answer anything
        return None


def _server(port: int, program: str, listed: list[Any]) -> LocalServer | None:
    models = tuple(filter(_is_for_chat, model_names(listed)))
    if not models:
        return None
    owners = [model.get("owned_by") for model in listed if isinstance(model, dict) and model.get("id") == models[0]]
    return LocalServer(_OWNERS.get(str(owners[0]), program), f"http://localhost:{port}/v1", models)


def _is_for_chat(model: str) -> bool:
    return not any(use in model.lower() for use in _OTHER_USES)


class LocalServers:
    """The servers that were found last; they are searched for in the background, so that no page waits."""

    def __init__(self) -> None:
        self._found: list[LocalServer] = []
        self._next_search_s = 0.0
        self._lock = threading.Lock()

    def latest(self) -> list[LocalServer]:
        """The servers of the last search; starts another one if that was a while ago."""
        with self._lock:
            due = time.monotonic() >= self._next_search_s
            self._next_search_s = time.monotonic() + _SEARCH_INTERVAL_S if due else self._next_search_s
        if due:
            threading.Thread(target=self._search, name="search-for-servers", daemon=True).start()
        return self._found

    def _search(self) -> None:
        self._found = find_local_servers()


local_servers = LocalServers()
