"""The context window of a model, as its server tells it: llama.cpp, vLLM, LM Studio, Ollama and gateways.

All requests go to the server of the model's own address, with the key that it receives anyway.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any

from rag_core.llms.model_list import fetch_model_list
from rag_core.servers.addresses import without_version

if TYPE_CHECKING:
    from rag_core.servers.http import ServerClient

_MAX_BYTES = 10_000_000
# Of a model in the server's list: vLLM and SGLang; Groq; OpenRouter and Together; Mistral.
_LISTED = ("max_model_len", "context_window", "context_length", "max_context_length")
_OLLAMA_DEFAULT_TOKENS = 4096
_NUM_CTX = re.compile(r"^\s*num_ctx\s+(\d+)", re.MULTILINE)


async def look_up_window(client: ServerClient, model: str, timeout_s: float) -> int | None:
    """The window in tokens; None where the server does not tell it within `timeout_s`."""
    root = without_version(client.route.base)
    requests = [_listed(client, model), _props(client, root, model), _ollama(client, root, model)]
    found = await asyncio.gather(*(_or_none(request, timeout_s) for request in requests))
    return next((window for window in found if window), None)


async def _or_none(request: Awaitable[int | None], timeout_s: float) -> int | None:
    try:
        async with asyncio.timeout(timeout_s):
            return await request
    except Exception:  # another server, which may answer anything
        return None


async def _listed(client: ServerClient, model: str) -> int | None:
    entries = [entry for entry in await fetch_model_list(client, client.route.base) if entry.get("id") == model]
    return _number(entries[0], *_LISTED) if entries else None


async def _props(client: ServerClient, root: str, model: str) -> int | None:
    """llama.cpp's window of one slot, which is what a prompt has."""
    props = await _json(client, "GET", f"{root}/props", params={"model": model})
    return _number(props.get("default_generation_settings") or {}, "n_ctx") or _number(props, "n_ctx")


async def _ollama(client: ServerClient, root: str, model: str) -> int | None:
    """Ollama's window: of the running model, as its model file sets it, or else the default.

    The window that a model was trained for, which Ollama states too, is only a limit of these.
    """
    shown = await _json(client, "POST", f"{root}/api/show", json={"model": model})
    info = shown.get("model_info") or {}
    trained = next((_number(info, name) for name in info if name.endswith(".context_length")), None)
    written = _NUM_CTX.search(str(shown.get("parameters") or ""))
    if written is None and trained is None:
        return None
    window = await _or_none(_running(client, root, model), 1.0)
    window = window or (int(written[1]) if written else _OLLAMA_DEFAULT_TOKENS)
    return min(window, trained or window)


async def _running(client: ServerClient, root: str, model: str) -> int | None:
    listed = (await _json(client, "GET", f"{root}/api/ps")).get("models") or []
    own = [entry for entry in listed if model in (entry["name"], entry["model"])]
    return _number(own[0], "context_length") if own else None


async def _json(client: ServerClient, method: str, url: str, **options: Any) -> dict[str, Any]:
    """A value at an address beside the protocol's, where the client's route would not look."""
    import httpx

    content = b""
    answer = await httpx.AsyncClient.send(client, client.build_request(method, url, **options), stream=True)
    try:
        answer.raise_for_status()
        async for part in answer.aiter_bytes():
            content += part
            if len(content) > _MAX_BYTES:
                raise ValueError("The answer is too long.")
    finally:
        await answer.aclose()
    value = json.loads(content)
    return value if isinstance(value, dict) else {}


def _number(values: dict[str, Any], *names: str) -> int | None:
    return next((value for name in names if isinstance(value := values.get(name), int) and value > 0), None)
