"""Servers that list their models in another way than expected; chosen by the address: http://.../doubled-models/v1."""

from __future__ import annotations

from tests.fakes.openai_server.exchange import Exchange
from tests.fakes.openai_server.registry import behaviour


def _doubled(to: Exchange) -> None:
    listed = ["well", "slow", "well"]
    to.reply({"object": "list", "data": [{"id": name, "object": "model", "owned_by": "library"} for name in listed]})


behaviour("doubled-models", "Lists the model `well` twice.", models=_doubled)
behaviour("no-list", "404 for the list of its models.", models=lambda to: to.refuse(404, "Not Found"))
