"""The named behaviours: what each one does at each endpoint, and a line that says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

Endpoint = Literal["chat", "embeddings", "models", "props", "show"]
Respond = Callable[..., Any]


class Behaviour(NamedTuple):
    """How the server answers; at an endpoint that it does not name, it answers as it should."""

    name: str
    description: str
    endpoints: dict[Endpoint, Respond]


BEHAVIOURS: dict[str, Behaviour] = {}


def behaviour(name: str, description: str, **endpoints: Respond) -> None:
    """Register a behaviour; raises ValueError where the name is taken."""
    if name in BEHAVIOURS:
        raise ValueError(f"There are two behaviours {name!r}.")
    BEHAVIOURS[name] = Behaviour(name, description, endpoints)  # type: ignore[arg-type]


def chat(name: str, description: str) -> Callable[[Respond], Respond]:
    """Register a function as the way to answer chat completions."""
    return _decorator("chat", name, description)


def embedding(name: str, description: str) -> Callable[[Respond], Respond]:
    """Register a function as the way to answer requests for embeddings."""
    return _decorator("embeddings", name, description)


def _decorator(endpoint: str, name: str, description: str) -> Callable[[Respond], Respond]:
    def register(respond: Respond) -> Respond:
        behaviour(name, description, **{endpoint: respond})
        return respond

    return register
