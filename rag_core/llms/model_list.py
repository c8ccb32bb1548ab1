"""Which models a server says that it has."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

_MAX_BYTES = 1_000_000


async def fetch_model_list(client: httpx.AsyncClient, base_url: str) -> list[Any]:
    """What its list holds; raises whatever goes wrong: anybody may answer, and anything. Time is for who asks."""
    content = b""
    async with client.stream("GET", f"{base_url}/models") as answer:
        if answer.status_code == 200:
            async for part in answer.aiter_bytes():
                content += part
                if len(content) > _MAX_BYTES:
                    break
    models: list[Any] = json.loads(content)["data"]
    return models
