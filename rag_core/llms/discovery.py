"""Servers of chat models on this machine, found at the ports that they usually have."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from rag_core.llms import loop
from rag_core.llms.model_list import fetch_model_list

if TYPE_CHECKING:
    import httpx

USUAL_PORTS = {
    11434: "Ollama",
    1234: "LM Studio",
    8000: "vLLM",
    8080: "llama.cpp",
    8081: "llama.cpp",
    5001: "KoboldCpp",
    1337: "Jan",
    4000: "LiteLLM",
}
# Whom some servers say that their models are owned by; ports are shared by many.
_OWNERS = {"llamacpp": "llama.cpp", "vllm": "vLLM", "library": "Ollama", "koboldcpp": "KoboldCpp"}
_WITHIN_S = 0.5
# Not for chat: what servers list beside chat models.
_OTHER_USES = ("embed", "whisper", "tts", "rerank")


_LOOK_EVERY_S = 20.0


class LocalServer(NamedTuple):
    """A server that answered; `name` is the program that it says it is, or that usually has the port."""

    name: str
    base_url: str
    models: tuple[str, ...]


def find_local_servers(ports: Mapping[int, str] = USUAL_PORTS) -> list[LocalServer]:
    """The servers at these ports that list a chat model; takes half a second at most.

    `ports` says which program usually has each port, for servers that do not say who they are.
    """
    import httpx  # here, where it makes nobody wait in the loop

    return loop.run(_asked(httpx.AsyncClient(trust_env=False, verify=False), ports))


async def _asked(client: httpx.AsyncClient, ports: Mapping[int, str]) -> list[LocalServer]:
    async with client:
        tasks = [asyncio.create_task(_at(client, port, program)) for port, program in ports.items()]
        done, late = await asyncio.wait(tasks, timeout=_WITHIN_S)
        for task in late:
            task.cancel()
        return [server for task in tasks if task in done and (server := task.result())]


async def _at(client: httpx.AsyncClient, port: int, program: str) -> LocalServer | None:
    try:
        return _server(port, program, await fetch_model_list(client, f"http://127.0.0.1:{port}/v1"))
    except Exception:  # nobody there, or somebody else, who may answer anything
        return None


def _server(port: int, program: str, listed: list[Any]) -> LocalServer | None:
    models = [model for model in listed if _is_for_chat(str(model["id"]))]
    if not models:
        return None
    name = _OWNERS.get(models[0].get("owned_by"), program)
    return LocalServer(name, f"http://localhost:{port}/v1", tuple(str(model["id"]) for model in models))


def _is_for_chat(model: str) -> bool:
    return not any(use in model.lower() for use in _OTHER_USES)


class LocalServers:
    """Looks for servers in the background, so that no page waits for it; what was found last is at hand."""

    def __init__(self) -> None:
        self._found: list[LocalServer] = []
        self._again_s = 0.0
        self._lock = threading.Lock()

    def latest(self) -> list[LocalServer]:
        """What was found; looks again where that was a while ago."""
        with self._lock:
            due = time.monotonic() >= self._again_s
            self._again_s = time.monotonic() + _LOOK_EVERY_S if due else self._again_s
        if due:
            threading.Thread(target=self._look, name="look-for-servers", daemon=True).start()
        return self._found

    def _look(self) -> None:
        self._found = find_local_servers()


local_servers = LocalServers()
