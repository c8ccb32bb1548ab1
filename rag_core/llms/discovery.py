"""Servers of chat models on this machine, found at the ports that they usually have."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, NamedTuple

from rag_core.llms import loop
from rag_core.llms.listing import listing

if TYPE_CHECKING:
    import httpx

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
# Whom some servers say that their models are owned by; ports are shared by many.
_OWNERS = {"llamacpp": "llama.cpp", "vllm": "vLLM", "library": "Ollama", "koboldcpp": "KoboldCpp"}
_WITHIN_S = 0.5
# Not for chat: what servers list beside chat models.
_OTHER_USES = ("embed", "whisper", "tts", "rerank")


class FoundServer(NamedTuple):
    """A server that answered; `name` is the program that it says it is, or that usually has the port."""

    name: str
    base_url: str
    models: tuple[str, ...]


def found_servers() -> list[FoundServer]:
    """Those that list a chat model; takes half a second at most."""
    import httpx  # here, where it makes nobody wait in the loop

    return loop.run(_asked(httpx.AsyncClient(trust_env=False, verify=False)))


async def _asked(client: httpx.AsyncClient) -> list[FoundServer]:
    async with client:
        tasks = [asyncio.create_task(_at(client, port)) for port in _PORTS]
        done, late = await asyncio.wait(tasks, timeout=_WITHIN_S)
        for task in late:
            task.cancel()
        return [server for task in tasks if task in done and (server := task.result())]


async def _at(client: httpx.AsyncClient, port: int) -> FoundServer | None:
    try:
        return _server(port, await listing(client, f"http://127.0.0.1:{port}/v1"))
    except Exception:  # nobody there, or somebody else, who may answer anything
        return None


def _server(port: int, listed: list[Any]) -> FoundServer | None:
    models = [model for model in listed if _is_for_chat(str(model["id"]))]
    if not models:
        return None
    name = _OWNERS.get(models[0].get("owned_by"), _PORTS[port])
    return FoundServer(name, f"http://localhost:{port}/v1", tuple(str(model["id"]) for model in models))


def _is_for_chat(model: str) -> bool:
    return not any(use in model.lower() for use in _OTHER_USES)
