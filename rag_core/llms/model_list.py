"""The list of a server's models."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

_MAX_BYTES = 1_000_000


async def fetch_model_list(client: httpx.AsyncClient, base_url: str) -> list[Any]:
    """The entries of the list. Raises any kind of error, since any server may answer anything; sets no timeout."""
    content = b""
    async with client.stream("GET", f"{base_url}/models") as answer:
        if answer.status_code == 200:
            async for part in answer.aiter_bytes():
                content += part
                if len(content) > _MAX_BYTES:
                    break
    models: list[Any] = json.loads(content)["data"]
    return models


def model_names(listed: Sequence[Any]) -> list[str]:
    """The names in a list of models, each once: some servers list a model several times, or things that are none."""
    ids = [model.get("id") for model in listed if isinstance(model, Mapping)]
    return list(dict.fromkeys(name for name in ids if isinstance(name, str) and name.strip()))
